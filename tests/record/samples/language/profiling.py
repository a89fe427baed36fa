import sys

calls = []
def profiler(frame, event, arg):
    if event == "call":
        calls.append(frame.f_code.co_name)
def profiled(): return 1
sys.setprofile(profiler)
profiled()
is_kept = sys.getprofile() is profiler
sys.setprofile(None)
print(is_kept, [n for n in calls if n == "profiled"])
