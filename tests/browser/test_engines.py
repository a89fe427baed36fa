from engines import Reader
from sites import Site
from test_widget import gutter, where
from selenium.webdriver.common.keys import Keys
import pytest
def test_a(reader: Reader, watched: Site) -> None:
    I="training_step_numpy"
    reader.open(watched.url + "one-step-in-numpy/")
    gutter(reader, "z1 =", I)
    reader.rest(); reader.rest()
    print(reader.run("const n=document.querySelector('[data-open]'); const b=n.firstElementChild.getBoundingClientRect(); const c=n.getBoundingClientRect(); return [b.top,b.bottom,c.top,c.bottom, getComputedStyle(n.firstElementChild).maxHeight]"))
    reader.driver.save_screenshot(f"/tmp/w/browsers-exp/s{reader.driver.name}.png")
    reader.run("scrollBy(0,333)"); reader.rest(); print(reader.run("const n=document.querySelector('[data-open]'); const b=n.firstElementChild.getBoundingClientRect(); const c=n.getBoundingClientRect(); return [b.top,b.bottom,c.top,c.bottom, getComputedStyle(n.firstElementChild).top]")); reader.run("scrollBy({top:-933,behavior:'instant'})"); reader.rest(); print(reader.run("const n=document.querySelector('[data-open]'); const b=n.firstElementChild.getBoundingClientRect(); const c=n.getBoundingClientRect(); return [b.top,b.bottom,c.top,c.bottom, getComputedStyle(n.firstElementChild).top]"))
    A=f"return document.querySelector('#{I} .bb-where').innerText"
    for i in range(1):
        gutter(reader, "z1 =", I); 
        reader.press(Keys.ARROW_DOWN); 
        sl=reader.find(f"#{I} input[type=range]"); sl.send_keys(Keys.HOME);
        sl.send_keys(*[Keys.ARROW_RIGHT]*9); print(reader.run(A))
