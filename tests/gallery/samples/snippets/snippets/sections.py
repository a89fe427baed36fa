# --8<-- [start:loop]
a = 1
# --8<-- [start:loop]
b = 2
# --8<-- [end:loop]
# --8<-- [end:step]
# --8<-- [start:open]
