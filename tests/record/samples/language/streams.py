import io, os, sys, contextlib
out = io.StringIO()
with contextlib.redirect_stdout(out):
    print("captured")
print(repr(out.getvalue()))
sys.stdout.write("direct\n")
sys.stdout.flush()
os.write(1, b"raw\n")
sys.stdout.buffer.write(b"bytes\n")
sys.stdout.flush()
import subprocess
subprocess.run(["echo", "child"])
print("ünïcode", file=sys.stderr)
old = sys.stdout
sys.stdout = io.StringIO()
print("lost")
sys.stdout = old
print("back", end=" ")
print(sys.stdout.encoding, sys.stdout.name, sys.stdout.mode)
try:
    print("\ud800")
except UnicodeEncodeError as e:
    import traceback
    traceback.print_exc(file=sys.stdout)
