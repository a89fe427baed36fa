"""Text that could break out: </script> & "quotes" 'single' </bb-listing>."""

nasty = "</script><img src=x onerror=alert(1)> & \" ' \u202e \x1b[31m"
name = {"<b>": 1, 'a"b': [1.5, 2.5]}


# The next line holds a character that turns the direction of text: ‮abc‬.
long_line = "a line that is much longer than a small screen is wide, so that it must scroll inside of the listing"
print(nasty)
print()
