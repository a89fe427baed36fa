import warnings
x = 5
if x is 5:
    pass
def old():
    warnings.warn("outdated", DeprecationWarning, stacklevel=2)
old()
warnings.warn("careful")
