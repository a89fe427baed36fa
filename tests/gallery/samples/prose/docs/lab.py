# %% [markdown]
# In the end there are two.

# %%
print("loss"
