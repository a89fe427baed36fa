rows = open("snippets/rows.txt").readlines()
