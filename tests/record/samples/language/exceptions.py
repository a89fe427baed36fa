import contextlib
def fail(kind):
    try:
        raise kind("inner")
    finally:
        print("finally", kind.__name__)
for kind in (ValueError, KeyError, OSError):
    try:
        fail(kind)
    except ValueError as error:
        message = str(error)
    except (KeyError, TypeError) as error:
        message = repr(error)
    except:
        message = "other"
    else:
        message = "none"
    print(message)
try:
    try:
        1 / 0
    except ZeroDivisionError as first:
        raise RuntimeError("second") from first
except RuntimeError as second:
    print(repr(second.__cause__), second.__context__ is second.__cause__)
try:
    raise ExceptionGroup("eg", [ValueError(1), TypeError(2)])
except* ValueError as group:
    print("values", group.exceptions)
except* TypeError:
    print("types")
with contextlib.suppress(IndexError):
    [][1]
    print("not here")
def returns():
    for i in range(3):
        try:
            return i
        finally:
            print("leaving")
def swallows():
    try:
        raise ValueError
    finally:
        return "swallowed"
print(returns(), swallows())
def reraise():
    try:
        fail(ValueError)
    except ValueError:
        raise
try:
    reraise()
except ValueError as e:
    import traceback
    traceback.print_exc(file=__import__("sys").stdout)
