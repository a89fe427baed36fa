"""What a claim is held to, kind by kind, and the exact words of each refusal."""

import pytest

from backprop_book.verify.wording.comparison_words import BEFORE, BEHIND, SIGNS, SIGNS_BEHIND, Comparison
from small_book import Book

HOLDS = [
    "[0.896]{losses[0] / (1 - rate)}",
    "[0.90]{losses[0] / (1 - rate)}",
    "[58.8 %]{best}",
    "[0.8066, 0.7260]{losses[:2]}",
    "[[0.8066, 0.7260]]{tuple(losses[:2])}",
    "[four]{len(losses)} steps, [4]{len(losses)} in all",
    "[3/4 of them]{result}",
    "[the loss falls]{losses[-1] < losses[0]}",
    "[−0.1]{-abs(rate)}",
    "[0.72596]{loss when step == 1}",
    "[it stays below 1]{loss < 1 always}, and [is never negative]{loss < 0 never}",
    "[falls all the way]{all(b < a for a, b in zip(losses, losses[1:]))}",
    "[0.806625]{series(loss)[0]}",
    "[0.588]{descent.best}",
    "`best = 0.588`, `losses[0] ≈ 0.807`, `result = '3/4'`",
    "`min(-1.5, rate) = −1.5`",
    "`0.5 × 0.2 + 0.0 = 0.10`",
    "$\\frac{1}{4} = 0.25$",
    '`losses`, `losses.append`, `print("result:", result)`',
    "[no value is here]{dict(a=best).get(1) is None}",
    "`list([[loss, 1], [2, 3]]) = [[0.588, 1], [2, 3]]`, `list([[1], 2]) = [1, 2]`, `list([rate]) = (0.1,)`",
    "`list(zip(losses[:1], losses[:1])) = [(0.8066, 0.8066)]`, `list(((1,), (2, 3))) = [1, 2, 3]`",
    "[True]{rate < 1}, [False]{rate > 1}, [no]{rate < 1}",
    "| [small]{losses[row] < 0.7} |\n|---|\n| no |\n| `False` |\n| yes |\n| ✓ |",
    "[3/4]{result}, [not all, but 3/4]{result}, [No. 3/4]{result}, ['3/4' of them]{result}, knot [≈ 3/4]{result}",
    "[0.81–0.73]{losses[:2]}, [0.81 – 0.73]{losses[:2]}, [0.8066 and 0.7]{losses[:2]}, [four months]{len(losses)}",
    "[none is above 1]{not any(each > 1 for each in losses) and all(list(losses))}, [either]{any(losses) or all(losses[4:])}",
    "[none is left]{losses[4:] == []}, [0]{sum(each > 9 for each in losses)}, [1]{len([losses])}",
    "[more than 0.5]{best > 0.5}, [over 0.5]{0.5 < best}, [at least 0.5]{best >= 0.5}, [at least 0.5]{best > 0.5}, [exceeds 0.5]{not best <= 0.5}",
    "[less than 1]{best < 1}, [at most 1]{1 >= best}, [up to 4]{len(losses) <= 4}, [below 1]{loss >= 1 never}, [under 1]{(~(__import__('numpy').array(losses) >= 1)).all()}",
    "[never below 0.5]{min(losses) >= 0.5}, [not above 1]{best <= 1}, [no more than 1]{loss > 1 never}, [isn't above 1]{best <= 1}",
    "[4 or more]{len(losses) >= 4}, [4 or fewer]{len(losses) <= 4}, [4 at most]{len(losses) <= 4}, [4 at least]{len(losses) > 3 and len(losses) >= 4}",
    "[> 0.5]{best > 0.5}, [&lt; 1]{best < 1}, [≥ **0.5**]{best >= 0.5}, [≤ 100 %]{best <= 1}, [above −1]{best > -1}, [more than 50 %]{best > 0.5}",
    "[0.6 > `best`]{best < 0.6}, [0.5 &lt; `best`]{best > 0.5}, [is positive]{best > 0}, [stays not **negative**]{best >= 0}, [nothing is negative]{best > 0}",
    "[it has 4 steps]{len(losses) == 4 and best < 1}, [it is 4]{len(losses) == 4 and max(losses) < 4}, [it is 0.59]{0.58 < best < 0.59}, [it is 4 at most]{len(losses) <= 4}",
    "[it is not 5]{len(losses) != 5}, [has 4]{not len(losses) != 4}",
    "[`2 × 2 = 4`]{[2, 2, len(losses)]}, [``0.588 ≈ 0.59``]{[best, best]}, [`0 × 0.588 = 0.0`]{[0, best, 0.0]}, [with $2 + 2 = 4$]{(2, 2, 4) == (2, 2, len(losses))}",
    "[`best` is above `rate`]{rate < best}, [`best > rate`]{not best <= rate}, [`best` stays at least `rate`]{best > rate}, [not that `best < rate`]{best > rate}",
    "[`best` is above `rate` + 1, `best <`]{best + 1 > rate}, [`best +` exceeds `rate`]{best > rate}, [`best > (`, `3 < print(best)`]{best + 3 > rate}",
    "[No. 4]{len(losses)}, [not only 4]{len(losses)}, [not rising, 4]{len(losses)}, [notably 4]{len(losses)}, [four-4]{[len(losses), len(losses)]}",
    "[from above 0.7 to below 0.6]{losses[1] > 0.7 and losses[-1] < 0.6}, [between 0.5 and 1]{0.5 < best < 1}, [falls below 0.6]{losses[-1] < 0.6 < losses[0]}",
    "[no loss is more than 1]{max(losses) <= 1}, [none is above 1]{not any(each > 1 for each in losses)}, [no longer above 0.6]{best < 0.6}",
    "[over 4 steps]{len(losses) == 4}, [below 0.6]{(best < 0.6) == True}, [beyond 1]{abs(best - 1) < 0.5}, [less than 1]{(lambda x: x > 1)(len(losses))}",
    "exactly [0.588029625]{best}, precisely [**4**]{len(losses)}, [exactly 10 %]{rate}, not exactly what [0.59]{best} says, inexactly [0.6]{best}",
    "[more than twice as much]{best > 2 * 0.1 * rate}, [more than twice the rate]{best > 2 * rate}, [less than ten times]{best < rate * 10}",
    "[each is positive]{not any(each <= 0 for each in losses)}, [every one]{all(losses)}, [all but one are above 0.6]{sum(each > 0.6 for each in losses) == 3}",
    "[not all are large]{any(each < 0.6 for each in losses)}, [of all, some are]{any(losses)}, [it speaks at all]{any(losses)}, [it is any]{any(losses)}",
    "[never all of them]{not all(each > 0.7 for each in losses)}, [not all are]{not all(each > 0.7 for each in losses)}, [some are not]{not all(each > 0.7 for each in losses)}",
    "[none is negative]{not any(each < 0 for each in losses)}, [no loss is]{any(each < 0 for each in losses) == False}, [nothing else]{all(losses)}",
    "[both]{any(losses) and all(losses)}, [all stay]{any(losses) is not None}, [both]{any(losses[:1]) & any(losses[1:])}, [both]{best < 1 and any(losses) and any(losses[1:])}",
    "[`losses` never `break` or `3 < 4`]{3 < 4 * len(losses) and losses != []}, [``min(losses)`` is]{min(losses) == best}, [after `print(1)`, it is `not` ```falls```]{best < 1 and best > 0}, [`best` is below 0.6]{0.6 > best}",
    "[alike]{next(iter(losses)) == next(iter(losses))}, [0.1]{rate or 0.2}",
    "| [n]{row + 2} | [next]{cell[0] + 1} |\n|---|---|\n| 2 | 3 |",
    "| [step]{step when step == cell[0]} |\n|---|\n| 3 |",
    "[0.8066, 1]{[losses[0], [1]]}",
    "`losses[4:] = []`, `losses[4:] = ( )`, `tuple(losses[4:]) = ()`, `dict() = {}`",
    "`losses[4:] = []`, with `list(losses[1:1]) = []`",
    "[not 5]{len(losses) != 5}, [not only 4]{len(losses) == 4}, [4 of 5, not 4 of 4]{len(losses) == 4 < 5 and best != 4 * 4}",
    "[`losses[3]` is the lowest]{sorted(losses)[0:1][0] == losses[3]}, [`descent.losses[0]` is there]{losses[0] < 1}, [`losses[0]` is small]{best < 1 or series(losses)[3, 0] < 1}",
    "[`losses[0][1]` and no name, `x[0]`]{losses[0] < 1 if best < 1 else losses[0, 1] < 1}",
]


@pytest.mark.parametrize("text", HOLDS)
def test_holds(book: Book, text: str) -> None:
    book.page(text)
    assert book.problems() == ()
    assert {verdict.status for verdict in book.verdicts()} == {"holds"}


FAILS = {
    "[0.5881]{best}": """\
docs/page.md:5:2: this number is not what descent.py gives
    found:    0.5881
    expected: 0.5880 (`best` is 0.588029625)
    from:     snippets/descent.py:7: best = min(losses)
    remedy:   run `make fix` (or `backprop-book fix --write`), or correct the words""",
    "[0.8066, 0.7261]{losses[:2]}": """\
docs/page.md:5:10: this number is not what descent.py gives, number 2 of 2
    found:    0.7261
    expected: 0.7260 (`losses[:2]` is 0.7259625000000001)
    from:     snippets/descent.py:6: losses.append(loss)
    remedy:   run `make fix` (or `backprop-book fix --write`), or correct the words""",
    "[it rises]{losses[-1] > losses[0]}": """\
docs/page.md:5:1: descent.py does not bear this out
    found:    it rises
    expected: `losses[-1] > losses[0]` to be True, and it is False
    from:     snippets/descent.py:6: losses.append(loss)
    remedy:   reread the sentence and say what is true, or correct the expression""",
    "[four of four]{result}": """\
docs/page.md:5:2: the words do not contain what descent.py gives
    found:    four of four
    expected: 3/4 (`result`)
    from:     snippets/descent.py:8: result = "3/4"
    remedy:   correct the words""",
    "[three]{losses}": """\
docs/page.md:5:2: the words hold one number, and the expression gives 4
    found:    three
    expected: 0.806625, 0.7259625000000001, 0.65336625, 0.588029625
    from:     snippets/descent.py:6: losses.append(loss)
    remedy:   state each number once, in order, or claim a comparison that is True""",
    "[no digits]{best}": """\
docs/page.md:5:2: the words hold no number, and the expression gives one
    found:    no digits
    expected: 0.588029625
    from:     snippets/descent.py:7: best = min(losses)
    remedy:   state each number once, in order, or claim a comparison that is True""",
    "[1, 2]{best}": """\
docs/page.md:5:2: the words hold 2 numbers, and the expression gives one
    found:    1, 2
    expected: 0.588029625
    from:     snippets/descent.py:7: best = min(losses)
    remedy:   state each number once, in order, or claim a comparison that is True""",
    "[more than 0.59]{best}": """\
docs/page.md:5:2: a claim says that a value is a number, and this says something else
    found:    more than 0.59
    remedy:   claim the comparison, as in [more than 0.8]{loss > 0.8}""",
    "[It is > 0.59]{best}": """\
docs/page.md:5:8: a claim says that a value is a number, and this says something else
    found:    > 0.59
    remedy:   claim the comparison, as in [more than 0.8]{loss > 0.8}""",
    "[minus 0.59]{best}": """\
docs/page.md:5:2: a claim says that a value is a number, and this says something else
    found:    minus 0.59
    remedy:   claim the comparison, as in [more than 0.8]{loss > 0.8}""",
    "[–0.588]{best}": """\
docs/page.md:5:2: a claim says that a value is a number, and this says something else
    found:    –0.588
    remedy:   write its sign as − or -, right before the digits""",
    "[three-quarters]{round(30 * rate)}": """\
docs/page.md:5:2: this number is not what descent.py gives
    found:    three-quarters
    expected: three (`round(30 * rate)` is 3)
    from:     snippets/descent.py:1: rate = 0.1
    remedy:   run `make fix` (or `backprop-book fix --write`), or correct the words""",
    "`losses[:2] = [[0.8066, 0.7260]]`": """\
docs/page.md:5:15: descent.py gives numbers in the shape (2,), and here they stand in the shape (1, 2)
    found:    [[0.8066, 0.7260]]
    from:     snippets/descent.py:6: losses.append(loss)
    remedy:   set the brackets as they are in the run""",
    "`list(zip(losses[:1], losses[:1])) = [0.8066, 0.8066]`": """\
docs/page.md:5:38: descent.py gives numbers in the shape (1, 2), and here they stand in the shape (2,)
    found:    [0.8066, 0.8066]
    from:     snippets/descent.py:6: losses.append(loss)
    remedy:   set the brackets as they are in the run""",
    "`tuple([[loss, 1], [2, 3]]) = [0.588, 1, 2, 3]`": """\
docs/page.md:5:31: descent.py gives numbers in the shape (2, 2), and here they stand in the shape (4,)
    found:    [0.588, 1, 2, 3]
    from:     snippets/descent.py:5: loss = loss * (1 - rate)
    remedy:   set the brackets as they are in the run""",
    "[False]{best < 1}": """\
docs/page.md:5:2: this is not what descent.py gives
    found:    False
    expected: True (`best < 1`)
    from:     snippets/descent.py:7: best = min(losses)
    remedy:   correct the words""",
    "[about 0.59kB]{best}": """\
docs/page.md:5:8: a claim says that a value is a number, and this says something else
    found:    0.59kB
    remedy:   state the number alone, its unit after a space, or claim a comparison that is True""",
    "[0.588 percent]{best}": """\
docs/page.md:5:2: this number is not what descent.py gives
    found:    0.588 percent
    expected: 58.803 percent (`best` is 0.588029625)
    from:     snippets/descent.py:7: best = min(losses)
    remedy:   run `make fix` (or `backprop-book fix --write`), or correct the words""",
    "[0.5]{bets}": """\
docs/page.md:5:7: `bets` has no value in descent.py
    found:    NameError: name 'bets' is not defined
    remedy:   did you mean `best`?""",
    "[0.5]{best / 0}": """\
docs/page.md:5:7: `best / 0` has no value in descent.py
    found:    ZeroDivisionError: float division by zero
    remedy:   correct the expression""",
    "[more than 0.6]{best < 0.6}": """\
docs/page.md:5:2: the words and the expression compare this the opposite way
    found:    more than 0.6
    expected: `> 0.6`, where the expression has `best < 0.6`
    from:     snippets/descent.py:7: best = min(losses)
    remedy:   reread the sentence and say what is true, then turn the words or the comparison around""",
    "It has [fewer than 4]{4 >= len(losses)} steps": """\
docs/page.md:5:9: the words leave out what the expression allows: that both are equal
    found:    fewer than 4
    expected: `< 4`, where the expression has `len(losses) <= 4`
    from:     snippets/descent.py:6: losses.append(loss)
    remedy:   say at most, or compare with `<`""",
    "[always above 0.5]{loss >= 0.5 always}": """\
docs/page.md:5:9: the words leave out what the expression allows: that both are equal
    found:    above 0.5
    expected: `> 0.5`, where the expression has `loss >= 0.5`
    remedy:   say at least, or compare with `>`""",
    "[it's 5 or more]{len(losses) < 5}": """\
docs/page.md:5:7: the words and the expression compare this the opposite way
    found:    5 or more
    expected: `>= 5`, where the expression has `len(losses) < 5`
    from:     snippets/descent.py:6: losses.append(loss)
    remedy:   reread the sentence and say what is true, then turn the words or the comparison around""",
    "[never above 0.5]{loss < 0.5 never}": """\
docs/page.md:5:2: the words and the expression compare this the opposite way
    found:    never above 0.5
    expected: `<= 0.5`, where the expression has `not loss < 0.5`
    remedy:   reread the sentence and say what is true, then turn the words or the comparison around""",
    "It is exactly **[0.588]{best}**.": """\
docs/page.md:5:7: this number is rounded, and the words say that it is exact
    found:    exactly **[0.588
    expected: 0.588029625
    from:     snippets/descent.py:7: best = min(losses)
    remedy:   leave the word out, or state all digits""",
    "[0.8066 and precisely 0.72596]{losses[:2]}": """\
docs/page.md:5:13: this number is rounded, and the words say that it is exact
    found:    precisely 0.72596
    expected: 0.7259625000000001
    from:     snippets/descent.py:6: losses.append(loss)
    remedy:   leave the word out, or state all digits""",
    "[more than ten times the rate]{best < rate * 10}": """\
docs/page.md:5:2: the words and the expression compare this the opposite way
    found:    more than ten
    expected: `> 10`, where the expression has `best < rate * 10`
    from:     snippets/descent.py:7: best = min(losses)
    remedy:   reread the sentence and say what is true, then turn the words or the comparison around""",
    "[0.6 < `best`]{best < 0.6}": """\
docs/page.md:5:2: the words and the expression compare this the opposite way
    found:    0.6 <
    expected: `> 0.6`, where the expression has `best < 0.6`
    from:     snippets/descent.py:7: best = min(losses)
    remedy:   reread the sentence and say what is true, then turn the words or the comparison around""",
    "[The best is *negative*]{best > 0}": """\
docs/page.md:5:11: the words and the expression compare this the opposite way
    found:    is *negative
    expected: `< 0`, where the expression has `best > 0`
    from:     snippets/descent.py:7: best = min(losses)
    remedy:   reread the sentence and say what is true, then turn the words or the comparison around""",
    "[The loss is 0.9]{loss < 0.9 always}": """\
docs/page.md:5:11: the words say that something is this number, and the expression does not
    found:    is 0.9
    expected: `== 0.9`, where the expression has `loss < 0.9`
    remedy:   claim the value itself, or say in words how it compares""",
    "[It takes exactly 3 steps]{not 3 == len(losses)}": """\
docs/page.md:5:5: the words say that something is this number, and the expression does not
    found:    takes exactly 3
    expected: `== 3`, where the expression has `not 3 == len(losses)`
    from:     snippets/descent.py:6: losses.append(loss)
    remedy:   claim the value itself, or say in words how it compares""",
    "[0.588 × 4 = 2.35]{[best, len(losses), len(losses) * best]}": """\
docs/page.md:5:12: this equation does not hold
    found:    2.35
    expected: 2.352
    remedy:   correct the numbers, or write ≈ where the result is rounded""",
    "[`best` or so, with ``1 + 1 ≈\n1``]{(1, 1, best) == (1, 1, min(losses))}": """\
docs/page.md:5:29: this equation does not hold
    found:    1
    expected: 2
    remedy:   correct the numbers, or write ≈ where the result is rounded""",
    "[so $1 + 2 = 4$]{1 + 2 < len(losses) == 4}": """\
docs/page.md:5:12: this equation does not hold
    found:    4
    expected: 3
    remedy:   correct the numbers, or write ≈ where the result is rounded""",
    "[The loss **rises**]{losses[-1] < losses[0]}": """\
docs/page.md:5:13: the words and the expression go opposite ways
    found:    rises
    expected: something that rises, where the expression has `losses[-1] < losses[0]`
    from:     snippets/descent.py:6: losses.append(loss)
    remedy:   reread the sentence and say what is true, then turn the words or the comparison around""",
    "[Every loss is small]{any(each < 0.6 for each in losses)}": """\
docs/page.md:5:2: the words speak of all, and the expression asks whether there are any
    found:    Every
    expected: `all`, where the expression has `any((each < 0.6 for each in losses))`
    from:     snippets/descent.py:6: losses.append(loss)
    remedy:   reread the sentence and say what is true, then change the words or the expression""",
    "[All stay]{any(losses) == True}": """\
docs/page.md:5:2: the words speak of all, and the expression asks whether there are any
    found:    All
    expected: `all`, where the expression has `any(losses)`
    from:     snippets/descent.py:6: losses.append(loss)
    remedy:   reread the sentence and say what is true, then change the words or the expression""",
    "[**none** is small]{any(each < 0.6 for each in losses)}": """\
docs/page.md:5:4: the words speak of none, and the expression asks whether there are any
    found:    none
    expected: `not any`, where the expression has `any((each < 0.6 for each in losses))`
    from:     snippets/descent.py:6: losses.append(loss)
    remedy:   reread the sentence and say what is true, then change the words or the expression""",
    "[still, `rate` is much larger than `best`]{rate < best}": """\
docs/page.md:5:9: the words and the expression compare this the opposite way
    found:    `rate` is much larger than `best`
    expected: `> best`, where the expression has `rate < best`
    from:     snippets/descent.py:7: best = min(losses)
    remedy:   reread the sentence and say what is true, then turn the words or the comparison around""",
    "[as `rate >losses[-1]`]{not losses[-1] <= rate and losses[0] < 1}": """\
docs/page.md:5:5: the words and the expression compare this the opposite way
    found:    `rate >losses[-1]`
    expected: `> losses[-1]`, where the expression has `not rate >= losses[-1]`
    from:     snippets/descent.py:6: losses.append(loss)
    remedy:   reread the sentence and say what is true, then turn the words or the comparison around""",
    "[`best` > `rate`]{best >= rate}": """\
docs/page.md:5:2: the words leave out what the expression allows: that both are equal
    found:    `best` > `rate`
    expected: `> rate`, where the expression has `best >= rate`
    from:     snippets/descent.py:7: best = min(losses)
    remedy:   say at least, or compare with `>`""",
    "[None is above 0.7]{not all(each > 0.7 for each in losses)}": """\
docs/page.md:5:2: the words speak of none, and the expression asks whether it is not all
    found:    None
    expected: `not any`, where the expression has `not all((each > 0.7 for each in losses))`
    from:     snippets/descent.py:6: losses.append(loss)
    remedy:   reread the sentence and say what is true, then change the words or the expression""",
    "[`losses[1]` is small]{losses[2] < 0.7}": """\
docs/page.md:5:3: the expression does not check this name
    found:    losses[1]
    remedy:   use the name in the expression, or move it out of the brackets""",
    "[it isn't four]{len(losses) == 4}": """\
docs/page.md:5:7: the words say that something is not this number, and the expression says that it is
    found:    n't four
    expected: `!= 4`, where the expression has `len(losses) == 4`
    from:     snippets/descent.py:6: losses.append(loss)
    remedy:   reread the sentence and say what is true, then change the words or the expression""",
    "[`best` and `loss` are small]{best < 0.6}": """\
docs/page.md:5:14: the expression does not check this name
    found:    loss
    remedy:   use the name in the expression, or move it out of the brackets""",
    "[falls]{all(b < a for a, b in zip(losses[:1], losses[1:1]))}": """\
docs/page.md:5:9: `all(b < a for a, b in zip(losses[:1], losses[1:1]))` goes through nothing in descent.py, so nothing could make it fail
    found:    `all(b < a for a, b in zip(losses[:1], losses[1:1]))` has nothing to go through
    remedy:   ask about what there is, or claim how many there are""",
    "[0.5]{best * float('nan')}": """\
docs/page.md:5:2: descent.py gives nan, which no number agrees with
    found:    0.5
    from:     snippets/descent.py:7: best = min(losses)
    remedy:   mend the snippet, or say it in words with a boolean claim: [is not a number]{np.isnan(x)}""",
    "[nan]{best * float('nan')}": """\
docs/page.md:5:2: descent.py gives nan, which no number agrees with
    found:    nan
    from:     snippets/descent.py:7: best = min(losses)
    remedy:   mend the snippet, or say it in words with a boolean claim: [is not a number]{np.isnan(x)}""",
    "[2]{10 ** (1250 * len(losses))}": """\
docs/page.md:5:5: `10 ** (1250 * len(losses))` gives an int, which words cannot state
    expected: a number, a string, a boolean, or an array, list or tuple of numbers
    remedy:   claim one of its attributes, or a comparison that is True""",
    "[2]{losses.append}": """\
docs/page.md:5:5: `losses.append` gives a builtin_function_or_method, which words cannot state
    expected: a number, a string, a boolean, or an array, list or tuple of numbers
    remedy:   claim one of its attributes, or a comparison that is True""",
    "[2]{[rate > 0, rate < 0]}": """\
docs/page.md:5:5: `[rate > 0, rate < 0]` gives a list, which words cannot state
    expected: a number, a string, a boolean, or an array, list or tuple of numbers
    remedy:   claim single elements, or a sum, a minimum or a comparison""",
    "[nothing]{losses[4:]}": """\
docs/page.md:5:11: `losses[4:]` gives a list, which words cannot state
    expected: a number, a string, a boolean, or an array, list or tuple of numbers
    remedy:   it is empty: say `name = []` in code, or claim that with == or len()""",
    "[2]{__import__('numpy').array([rate > 0, rate < 0])}": """\
docs/page.md:5:5: `__import__('numpy').array([rate > 0, rate < 0])` gives a numpy.ndarray, which words cannot state
    expected: a number, a string, a boolean, or an array, list or tuple of numbers
    remedy:   say .all() or .any()""",
    "[many]{list(range(1250 * len(losses)))}": """\
docs/page.md:5:8: `list(range(1250 * len(losses)))` gives a list, which words cannot state
    expected: a number, a string, a boolean, or an array, list or tuple of numbers
    remedy:   claim single elements, or a sum, a minimum or a comparison""",
    "`losses[3:] = []`": """\
docs/page.md:5:15: this is not what descent.py gives
    found:    []
    expected: [0.588029625] (`losses[3:]`)
    from:     snippets/descent.py:6: losses.append(loss)
    remedy:   correct the words""",
    "`losses[4:] = {}`": """\
docs/page.md:5:15: this is not what descent.py gives
    found:    {}
    expected: [] (`losses[4:]`)
    from:     snippets/descent.py:6: losses.append(loss)
    remedy:   correct the words""",
    "`result = None`": """\
docs/page.md:5:11: this is not what descent.py gives
    found:    None
    expected: '3/4' (`result`)
    from:     snippets/descent.py:8: result = "3/4"
    remedy:   correct the words""",
    "`losses = [0.8]`": """\
docs/page.md:5:11: the words hold one number, and the expression gives 4
    found:    [0.8]
    expected: 0.806625, 0.7259625000000001, 0.65336625, 0.588029625
    from:     snippets/descent.py:6: losses.append(loss)
    remedy:   state each number once, in order, or claim a comparison that is True""",
    "`best = 0.589`": """\
docs/page.md:5:9: this number is not what descent.py gives
    found:    0.589
    expected: 0.588 (`best` is 0.588029625)
    from:     snippets/descent.py:7: best = min(losses)
    remedy:   run `make fix` (or `backprop-book fix --write`), or correct the words""",
    "`result = '4/4'`": """\
docs/page.md:5:11: this is not what descent.py gives
    found:    '4/4'
    expected: '3/4' (`result`)
    from:     snippets/descent.py:8: result = "3/4"
    remedy:   correct the words""",
    "`0.5 × 0.2 = 0.11`": """\
docs/page.md:5:12: this equation does not hold
    found:    0.11
    expected: 0.10
    remedy:   correct the numbers, or write ≈ where the result is rounded""",
    "[never above 0.7]{loss < 1 always}": """\
docs/page.md:5:14: the expression does not check this number
    found:    0.7
    remedy:   use the number in the expression, or claim it by itself""",
    "[3/4 of 5]{result}": """\
docs/page.md:5:9: the expression does not check this number
    found:    5
    remedy:   use the number in the expression, or claim it by itself""",
    "[between 0.7 and 0.7]{best < 0.7}": """\
docs/page.md:5:18: the expression does not check this number
    found:    0.7
    remedy:   use the number in the expression, or claim it by itself""",
    "[the `W2` of 0.588]{best}": """\
docs/page.md:5:7: the expression does not check this name
    found:    W2
    remedy:   use the name in the expression, or move it out of the brackets""",
    "[smaller than W2]{best < rate * 9}": """\
docs/page.md:5:15: the expression does not check this name
    found:    W2
    remedy:   use the name in the expression, or move it out of the brackets""",
    "`bets`": """\
docs/page.md:5:2: `bets` is not a name of descent.py
    found:    NameError: name 'bets' is not defined
    remedy:   did you mean `best`?""",
}


@pytest.mark.parametrize("text", FAILS)
def test_fails(book: Book, text: str) -> None:
    book.page(text)
    assert [str(problem) for problem in book.problems()] == [FAILS[text]]


SPELT = [
    "[eight things]{len(losses) == 4}",
    "[Twice as much]{len(losses) == 4}",
    "[twenty-one of them]{len(losses) == 4}",
    "[twenty-\nfour of them]{len(losses) == 4}",
    "[hundreds of them]{len(losses) > 3}",
    "[two million]{len(losses) > 2}",
    "[half a dozen]{len(losses) == 4}",
    "[a dozen]{len(losses) == 4}",
    "[two of _nine_ fell]{len(losses) / 2 == 2}",
    "[__nine__ fell]{len(losses) == 4}",
    "[_9_ fell]{len(losses) == 4}",
    "[**Nine** fell]{len(losses) == 4}",
    "[ten percent of it]{rate < 10}",
    "[ten per cent of it]{rate < 10}",
    "[ten % of it]{rate < 10}",
    "[two thirds of it]{best < 2}",
    "[one and a half as much]{best < 1}",
    "[one and a half as much]{best < 1.4}",
    "[three times as much]{best < 1}",
    "[tenfold]{best < 1}",
    "[nine of them]{(lambda nine: nine)(best) < 1}",
    "[three of four]{len(losses) == 4}",
    "[four of four]{len(losses) == 4}",
    "[0 of them, all right]{abs(best) < 1}",
    "[close to 0]{best < 0.7}",
    "[3/4 of five]{result}",
]


@pytest.mark.parametrize("text", SPELT)
def test_numbers_in_words_are_those_of_the_expression(book: Book, text: str) -> None:
    book.page(text)
    assert [problem.message for problem in book.problems()] == ["the expression does not check this number"]


@pytest.mark.parametrize(
    "text",
    [
        "[Four steps]{len(losses) == 4}, [all _four_]{len(losses) == 4}, [a dozen]{3 * len(losses) == 12}, [half a dozen]{len(losses) + 2 == 6}",
        "[ten percent]{rate == 0.1}, [more than ten per cent]{best > 0.10}, [two thirds]{best < 2 / 3}, [one and a half]{best < 1.5}",
        "[two million]{best < 2e6}, [two million]{best < 2_000_000}, [two million]{best < 2 * 10**6}, [hundreds]{best < 100}",
        "[the last two]{losses[-2:] != losses[:2]}, [three times as much]{best < 3 * losses[0]}, [one of them]{best < 1}",
        "[`3/4` or 'three quarters']{result == '3/4' and result != 'three quarters'}, [a third of it, half of it, double]{best < 1}",
        "[two steps when it began]{len(losses) == 2 when step == 1}, [never above two]{loss > 2 never}, [four]{len(losses)}, [two thirds]{len(losses) / 6}",
        "[0 of them above 1]{sum(each > 1 for each in losses) == 0}, [0 %]{rate - 0.1}, [≈ 0]{rate - 0.09}, [0.0]{rate - 0.09}",
        "[about 5000]{round(5040 * (rate < 1), -3)}, [≈ four]{len(losses) + 0.2}, [5 hundredths]{rate / 2}, [1.5 dozen]{len(losses) * 4.5}",
    ],
)
def test_numbers_in_words_that_hold(book: Book, text: str) -> None:
    book.page(text)
    assert book.problems() == ()


@pytest.mark.parametrize(
    ("text", "expected", "remedy"),
    [
        ("[0]{rate - 0.09}", "0.01", "run `make fix` (or `backprop-book fix --write`), or correct the words; 0 is exactly zero, what rounds to it is 0.0 or ≈ 0"),
        ("[0 thousand]{len(losses) * 40}", "0.2 thousand", "run `make fix` (or `backprop-book fix --write`), or correct the words"),
        ("`best = 0`", "1", "run `make fix` (or `backprop-book fix --write`), or correct the words"),
        ("[1 dozen]{len(losses) + 5}", "0.75 dozen", "run `make fix` (or `backprop-book fix --write`), or correct the words"),
        ("[about 5000]{len(losses) * 1260}", "5040", "run `make fix` (or `backprop-book fix --write`), or correct the words; if it is meant to be rounded, claim round(len(losses) * 1260, -3)"),
        ("[about five]{len(losses) + 1.000909090909089}", "5", "run `make fix` (or `backprop-book fix --write`), or correct the words"),
    ],
)  # fmt: skip
def test_what_is_said_of_zeros_and_of_rounded_numbers(book: Book, text: str, expected: str, remedy: str) -> None:
    book.page(text)
    assert [(each.expected.partition(" (")[0], each.remedy) for each in book.problems()] == [(expected, remedy)]


def test_a_zero_behind_an_approximate_sign_is_rounded(book: Book) -> None:
    book.page("`min(losses[0] - 0.8, 1) ≈ 0`")
    assert book.problems() == ()
    book.page("`min(losses[0] - 0.8, 1) = 0`")
    assert [problem.found for problem in book.problems()] == ["0"]


OUTPUTS = {
    "best: 0.5880\nresult: 3/4": None,
    "best: 0.5880\n...": None,
    "...\nresult: 3/4": None,
    "best: 0.5880\n...\nresult: 3/4": None,
    "best: 0.5881\nresult: 3/4": """\
docs/page.md:6:1: this is not what descent.py prints
    found:    best: 0.5881
    expected: best: 0.5880
    from:     snippets/descent.py:9: print(f"best: {best:.4f}")
    remedy:   run `make fix` (or `backprop-book fix --write`), or correct the words""",
    "...\nresult: 4/4": """\
docs/page.md:7:1: this is not what descent.py prints
    found:    result: 4/4
    expected: result: 3/4
    from:     snippets/descent.py:10: print("result:", result)
    remedy:   run `make fix` (or `backprop-book fix --write`), or correct the words""",
    "best: 0.5880": """\
docs/page.md:5:1: the output shows 1 line, and descent.py printed 2
    expected: best: 0.5880 ⏎ result: 3/4
    remedy:   copy the whole output, or cut it with one line `...`""",
    "...": """\
docs/page.md:5:1: this shows nothing of the output
    found:    ...
    expected: best: 0.5880 ⏎ result: 3/4
    remedy:   show its first or last lines around the line `...`, or remove the fence""",
    "...\n...": """\
docs/page.md:5:1: the output is cut in several places
    remedy:   keep one line `...`, or show the whole output""",
}


@pytest.mark.parametrize("text", OUTPUTS)
def test_output(book: Book, text: str) -> None:
    book.page(f'```text title="Output"\n{text}\n```\n')
    expected = OUTPUTS[text]
    assert [str(problem) for problem in book.problems()] == ([] if expected is None else [expected])


def test_parts_of_several_runs_are_combined(book: Book) -> None:
    book.write("snippets/ascent.py", "best = 0.25\nvalues = [1, 2]\n")
    book.page("[0.338]{best - ascent.best}, [2]{ascent.values[1] * len(losses) / 4}, [0.25]{ascent.best}")
    assert book.problems() == ()


def test_a_part_that_has_no_value_is_named(book: Book) -> None:
    book.write("snippets/ascent.py", "best = 0.25\n")
    book.page("[0.338]{best - ascent.bets}")
    (problem,) = book.problems()
    assert problem.found == "NameError: name 'bets' is not defined"
    assert problem.remedy == "did you mean `best`?"


def test_a_snippet_that_is_gone_is_named(book: Book) -> None:
    book.write("snippets/kinks.py", "best = 0.5\n")
    book.write("snippets/results.py", "best = 0.5\n")
    book.page(
        "[0.3]{best - ascent.best}, [3]{xyzzy.best}, [3]{xyzzy}, [3]{beat.best}, [3]{resulk.best}, [3]{kink.best}, `kink.best`, `plt.show()`"
    )
    assert [(problem.found, problem.remedy) for problem in book.problems()] == [
        (f"NameError: name '{name}' is not defined", remedy)
        for name, remedy in (
            ("ascent", "there is no snippet `ascent` either: did you mean the snippet `descent`?"),
            ("xyzzy", "there is no snippet `xyzzy` either: correct the name, or add xyzzy.py"),
            ("xyzzy", "name something that exists in that run at that moment"),
            ("beat", "did you mean `best`? (there is no snippet `beat` either)"),
            ("resulk", "did you mean `result` or the snippet `results`? (there is no snippet `resulk` either)"),
            ("kink", "there is no snippet `kink` either: did you mean the snippet `kinks`?"),
            ("kink", "there is no snippet `kink` either: did you mean the snippet `kinks`?"),
            ("plt", "rename it, or waive it: [`plt.show()`]{# reason}"),
        )
    ]


def test_a_column_may_ask_another_run_when(book: Book) -> None:
    book.write("snippets/ascent.py", "for step in range(3):\n    level = step / 4\n")
    book.page("| step | [level]{ascent.level when ascent.step == cell[0]} |\n|---|---|\n| [1]{rate * 10} | 0.25 |\n")
    assert book.problems() == ()


def test_a_renamed_variable_is_found_again_by_its_words(book: Book) -> None:
    book.write("snippets/descent.py", "new_loss = 0.5\nloss = 1.5\nrate = 0.1\n")
    book.page("[0.5]{loss_new}, `loss_new`, [0.1]{eta}, `eta`")
    assert [(problem.message, problem.remedy) for problem in book.problems()] == [
        ("`loss_new` has no value in descent.py", "did you mean `new_loss`?"),
        ("`loss_new` is not a name of descent.py", "did you mean `new_loss`?"),
        ("`eta` has no value in descent.py", "name something that exists in that run at that moment"),
        ("`eta` is not a name of descent.py", "rename it, or waive it: [`eta`]{# reason}"),
    ]


def test_a_note_that_reads_what_a_later_statement_makes_says_so(book: Book) -> None:
    book.page("It falls.")
    book.write("snippets/descent.md", "## `rate = 0.1`, `best = ...`: both\n\n[0.588]{best}, [0.1]{rate}, [0.1]{rat}\n")
    assert [(problem.found, problem.remedy) for problem in book.problems()] == [
        (
            "NameError: name 'best' is not defined",
            "`best` is made after the first statement of the heading: quote the statement that makes it first, or say when",
        ),
        ("NameError: name 'rat' is not defined", "did you mean `rate`?"),
    ]
    book.write("snippets/descent.md", "## `best = ...`, `rate = 0.1`: both\n\n[0.588]{best}, [0.1]{rate}\n")
    assert book.problems() == ()


def test_a_name_of_another_snippet_is_found_there(book: Book) -> None:
    """A section that was moved to another page says which names it has lost, and whose they were."""
    for stem in ("four", "five", "six", "seven"):
        book.write(f"snippets/{stem}.py", "import numpy as np\nhight = common = 1\n" + f"only_{stem} = lossy = 1\n")
    book.write("snippets/six.py", "pair = common = result_new = 1\n")
    book.write("snippets/seven.py", "pair = common = hight = 1\n")
    book.write("snippets/eight.py", "common = = 1\n")
    book.page(
        "[1]{only_four}, [1]{pair + 1}, [1]{common}, [1]{lossy}, [1]{new_result}, [1]{result_new}, [0.9]{np.max(losses)}, "
        "`only_five`, `lossy`, [1]{four.pair}, [1]{pair - four.hight}"
    )
    assert [problem.remedy for problem in book.problems() if problem.path == "docs/page.md"] == [
        "correct the name, or say whose it is: `four.only_four`",
        "correct the name, or say whose it is: `seven.pair` or `six.pair`",
        "correct the name, or say whose it is: `snippet.common`",
        "did you mean `loss` or `five.lossy` or `four.lossy`?",
        "did you mean `result`?",
        "did you mean `result` or `six.result_new`?",
        "say whose values these are, as in `snippet.name`, or do without `np`, which this snippet does not import",
        "correct the name, or say whose it is: `five.only_five`",
        "did you mean `loss` or `five.lossy` or `four.lossy`?",
        "correct the name, or say whose it is: `seven.pair` or `six.pair`",
        "correct the name, or say whose it is: `seven.pair` or `six.pair`",
    ]


def test_a_name_that_many_have_may_be_misspelt(book: Book) -> None:
    for stem in ("four", "five", "six", "seven"):
        book.write(f"snippets/{stem}.py", "lossy = 1\n")
    book.page("[1]{lossy}")
    assert [problem.remedy for problem in book.problems()] == ["did you mean `loss`?"]


@pytest.mark.parametrize(
    "words",
    [
        "fewer than *4*", "fewer than `4`", "fewer than <b>4</b>", "&gt; 4", "isn't 4", "never 4", "− 4", "steps: –4", "‑4",
        "4 or more", "*4* at most", "4+", "**4**+ steps", "4 squared", "four\nsquared", "4 cubed and more",
        "**more** than 4", "_more_ <b>than</b> *4*", "over&nbsp;4", "more than [4](https://example.org)", "–**4**", "&ne; 4", "!= 4",
        "slower than 4", "more than about 4", "not quite 4", "not _even_ 4", "it does not stop at 4", "it doesn't reach 4", "nowhere near 4",
        "half of 4", "half the 4", "double 4", "the square root of 4", "far from 4", "anything but 4", "-four", "4 plus one", "4 < n", "4 &ge; n",
    ],
)  # fmt: skip
def test_what_says_something_else_of_a_number(book: Book, words: str) -> None:
    book.page(f"[{words}]{{len(losses)}}")
    assert [problem.message for problem in book.problems()] == [
        "a claim says that a value is a number, and this says something else"
    ]


COMPARISONS: dict[str, Comparison] = {
    **{f"{words} {{}}": order for words, order in (*BEFORE.items(), *SIGNS.items())},
    **{f"{words.title()}\n**{{}}**": order for words, order in BEFORE.items()},
    **{f"{{}} {words}": order for words, order in (*BEHIND.items(), *SIGNS_BEHIND.items())},
    "&gt; {}": SIGNS[">"],
    "&le;&nbsp;{}": SIGNS["≤"],
    "more than roughly {}": BEFORE["more than"],
}
"""Each comparison that is known, with {} for its number."""


def test_every_comparison_says_something_else_of_a_number(book: Book) -> None:
    claims = [words.format(4) for words in COMPARISONS]
    book.page("\n\n".join(f"[{words}]{{len(losses)}}" for words in claims))
    assert [problem.found for problem in book.problems()] == [words.removesuffix("**") for words in claims]


def test_every_comparison_is_that_of_the_expression(book: Book) -> None:
    """Of 4 steps it is as true that they are "more than 3" as that they are "fewer than 5"; neither says the other."""
    alike = [_compared(words, order) for words, order in COMPARISONS.items()]
    opposite = [_compared(words, order.denied()) for words, order in COMPARISONS.items()]
    book.page("\n\n".join(alike))
    assert book.problems() == ()
    book.page("\n\n".join(opposite))
    assert [problem.message for problem in book.problems()] == [
        "the words and the expression compare this the opposite way"
    ] * len(opposite)


def _compared(words: str, asked: Comparison) -> str:
    """A claim that compares the steps, of which there are 4, so that its expression holds."""
    number = 3 if asked.is_up else 5
    return f"[{words.format(number)}]{{len(losses) {asked.symbol()} {number}}}"


FALLS = [
    "losses[-1] < losses[0]",
    "losses[0] >= losses[-1]",
    "not losses[0] < losses[-1]",
    "np.diff(losses).max() < 1 and (np.diff(losses) < 0).all()",
    "(0 > np.diff(series(loss))).all()",
    "all(0 > change for change in np.diff(losses)) and all(np.diff(losses) <= 0)",
    "all(b < a for a, b in zip(losses, losses[1:]))",
    "all(after < before for after, before in zip(losses[1:3], losses[:2]))",
]


@pytest.mark.parametrize("expression", FALLS)
def test_what_falls_does_not_rise(book: Book, expression: str) -> None:
    expression = expression.replace("np.", "__import__('numpy').")
    book.page(
        f"[it falls]{{{expression}}}, and [falls, while the gain rises]{{{expression}}}, and [not rises]{{{expression}}}"
    )
    assert book.problems() == ()
    book.page(f"[it goes up]{{{expression}}}")
    assert [problem.message for problem in book.problems()] == ["the words and the expression go opposite ways"]


@pytest.mark.parametrize(
    "claim",
    [
        "[the gain rises]{losses[1] < losses[0] and losses[0] > best}",
        "[it rises less and less]{losses[-1] < losses[0]}",
        "[the loss vanishes as the number of steps increases]{losses[-1] < losses[0]}",
        "[the gain rises]{all(-a < -b for a, b in zip(losses, losses[1:]))}",
        "[the gain rises]{losses[0] == max(losses) and losses[0] != losses[-1]}",
    ],
)
def test_nobody_can_tell_what_rises(book: Book, claim: str) -> None:
    book.page(claim)
    assert book.problems() == ()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("It rises from [0.807]{losses[0]} to [0.588]{best}.", "rises from 0.807 to 0.588"),
        (
            "It **falls** slowly, from about [`58 %`]{best - 0.008}, to\nabout [0.807]{losses[0]}.",
            "falls from 58 % to 0.807",
        ),
        ("[It grows from 0.807 to *0.588*]{(losses[0], best)}.", "grows from 0.807 to 0.588"),
        ("It sinks from [−0.588]{-best} to [0.588]{best}.", "sinks from −0.588 to 0.588"),
    ],
)
def test_what_rises_ends_above(book: Book, text: str, found: str) -> None:
    book.page(text)
    rises, falls = (
        "the words say that it rises, and the second number is the smaller one",
        "the words say that it falls, and the second number is the larger one",
    )
    is_up = found.startswith(("rises", "grows"))
    assert [(each.message, each.found) for each in book.problems()] == [(rises if is_up else falls, found)]


@pytest.mark.parametrize(
    "text",
    [
        "It falls from [0.807]{losses[0]} to [0.588]{best}, and rises from [0.588]{best} to [80.7 %]{losses[0]}.",
        "It falls from [0.807 and 0.588]{(losses[0], best)} to [0.9]{best + 0.31}.",
        "In size it falls from [−0.807]{-losses[0]} to [−0.588]{-best}.",
        "It does not really rise from [0.807]{losses[0]} to [0.588]{best}.",
        "As one falls, the other goes from [0.588]{best} to [0.807]{losses[0]}.",
        "It rises from [0.588]{best} to [0.588]{best}, rising. From [0.807]{losses[0]} to [0.588]{best} it is not far.",
    ],
)
def test_what_goes_from_one_number_to_another(book: Book, text: str) -> None:
    book.page(text)
    assert book.problems() == ()


@pytest.mark.parametrize(
    "words",
    [
        "not 3/4",
        "no 3/4",
        "it isn't 3/4",
        "hardly **3/4**",
        "it does not print 3/4",
        "−3/4",
        "3/4 %",
        "13/4",
        "3/45",
        "3/4 million",
        "≈ 3/4 percent",
    ],
)
def test_a_text_stands_for_itself(book: Book, words: str) -> None:
    book.page(f"[{words}]{{result}}")
    assert [problem.message for problem in book.problems()] == ["the words do not contain what descent.py gives"]


def test_a_word_is_not_a_part_of_another(book: Book) -> None:
    book.page("[incorrect]{'correct' if best < 1 else 'incorrect'}")
    assert [problem.message for problem in book.problems()] == ["the words do not contain what descent.py gives"]


def test_a_cell_without_a_value_is_waived(book: Book) -> None:
    """The remedy for an empty cell works as it stands, and only where a claim would stand."""
    book.page(
        "| step | [loss]{losses[row]} |\n|---|---|\n| first | 0.807 |\n| second | [–]{# reason} |\n\nAnd [–]{# reason}.\n"
    )
    assert [(problem.line, problem.message) for problem in book.problems()] == [(10, "this waiver excuses nothing")]


def test_cells_say_no_where_their_column_does_not_hold(book: Book) -> None:
    book.page("| [small]{losses[row] < 0.7} |\n|---|\n| yes |\n| False |\n| ✗ |\n| No |\n")
    assert [(problem.line, problem.found) for problem in book.problems()] == [(7, "yes"), (9, "✗"), (10, "No")]
