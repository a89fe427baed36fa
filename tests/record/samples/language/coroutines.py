import asyncio

async def work(name, n):
    total = 0
    async for i in ticks(n):
        total += i
    return f"{name} {total}"

async def ticks(n):
    for i in range(n):
        await asyncio.sleep(0)
        yield i

class Manager:
    async def __aenter__(self):
        print("enter")
        return self
    async def __aexit__(self, *exc):
        print("exit", exc[0])
        return True

async def main():
    async with Manager() as m:
        results = await asyncio.gather(work("a", 3), work("b", 4))
        print(results)
        raise ValueError("swallowed")
    return [x async for x in ticks(3)]

print(asyncio.run(main()))
