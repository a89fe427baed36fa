def draw(sheet, data:
