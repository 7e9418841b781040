# what = "Raises exceptions that pose as the platform's, with markup in every text."
# expect = "error"
# weak = { grader = "same_process", shows = "said", said = "\u001b" }

class MissingSymbol(Exception):
    name, near = "<script>alert(1)</script>", ("\x1b[31m", "{0.__class__}")

    def __str__(self):
        return "<img src=x onerror=alert(1)>\x1b]0;title\x07 %s {text}"


def sigmoid(x):
    print("<script>alert(2)</script>\x1b[2J")
    raise MissingSymbol


class Affine:
    def __init__(self, W, b):
        raise type("<b>" * 40, (Exception,), {})("half a character: \udc80")
