inner = [1]
outer = [inner, inner]
inner.append(2)
alias = outer
alias[0].append(3)
same = outer[0] is outer[1]
loop = []
loop.append(loop)
loop.append(1)
print(outer, same, loop)
