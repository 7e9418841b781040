"""Hints for relations to other numbers of the run: factors, terms, steps, functions, order; in both languages."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["BESIDE"]

BESIDE: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "beside": {
        "en": (
            "Look at the formula of this result, factor by factor and term by term.",
            "What separates your value from the expected one is another number of this very computation, named above.",
            "Where does this number come in, and does the formula have it there, once, or not at all?",
        ),
        "ko": (
            "이 결과의 식을 인자와 항 하나하나 살펴보세요.",
            "얻은 값과 기댓값의 차이는 위에 적힌, 같은 계산에 나오는 다른 값입니다.",
            "그 값은 코드의 어디에서 들어오나요? 식에서는 그 자리에 그 값이 있나요, 한 번인가요, 없나요?",
        ),
    },
    "as_if": {
        "en": (
            "Look at every place where the input named above comes in, from the signature of the function on.",
            "Your code gives exactly what is right for another value of this input.",
            "What happens to it before it is used: is it changed, read differently, or not used at all?",
        ),
        "ko": (
            "함수의 인자부터 시작해서, 위에 적힌 입력이 쓰이는 곳을 모두 살펴보세요.",
            "코드의 결과는 그 입력의 값이 다를 때의 올바른 결과와 정확히 같습니다.",
            "그 입력은 쓰이기 전에 어떻게 되나요? 바뀌었나요, 다르게 읽히나요, 아예 쓰이지 않나요?",
        ),
    },
    "other": {
        "en": (
            "Look at which variable you return or keep under which name.",
            "What belongs to another result is in this one.",
            "Follow each result from its formula to its name: where do two of them meet or change places?",
        ),
        "ko": (
            "어떤 변수를 어떤 이름으로 반환하거나 보관하는지 살펴보세요.",
            "다른 결과에 속하는 값이 여기에 들어 있습니다.",
            "결과마다 식에서 이름까지 따라가 보세요. 둘이 섞이거나 자리가 바뀌는 곳은 어디인가요?",
        ),
    },
    "step": {
        "en": (
            "Look at the line that moves the parameter, and at what scales the step there.",
            "The direction of the step is right; what multiplies the gradient is not.",
            "Which numbers decide the length of one step in the formula: which of them does your step use?",
        ),
        "ko": (
            "매개변수를 움직이는 줄과, 거기에서 갱신량의 크기를 정하는 것을 살펴보세요.",
            "갱신량의 방향은 맞고, 기울기에 곱하는 값이 다릅니다.",
            "식에서 갱신량의 길이는 어떤 수들이 정하나요? 그 가운데 코드가 쓰는 것과 쓰지 않는 것은 무엇인가요?",
        ),
    },
    "step_along": {
        "en": (
            "Look at what is kept from earlier gradients, and at its shape.",
            "Your step goes along the gradient itself: one number scales the whole array.",
            "Should all entries of the array be scaled alike, and should only the newest gradient count?",
        ),
        "ko": (
            "앞선 기울기에서 무엇을 모아 두는지, 그 형상이 무엇인지 살펴보세요.",
            "갱신량이 기울기의 방향 그대로입니다. 배열 전체에 수 하나를 곱한 것과 같습니다.",
            "배열의 모든 원소에 같은 수를 곱해야 하나요? 마지막 기울기만 세어야 하나요?",
        ),
    },
    "added": {
        "en": (
            "Look at what is added to or subtracted from whole rows (or columns) at once.",
            "Differences within a row (or column) are right; an amount that it shares is not.",
            "From which numbers is that amount computed, and over which axis?",
        ),
        "ko": (
            "행이나 열 전체에 한꺼번에 더하거나 빼는 것을 살펴보세요.",
            "한 행(열) 안에서의 차이는 맞고, 함께 더해지는 양이 다릅니다.",
            "그 양은 어떤 수로, 어느 축 방향으로 구하나요?",
        ),
    },
    "function": {
        "en": (
            "Look at the functions that you apply on the way, and at how often.",
            "One function stands between your value and the expected one: it is applied once too often or not at all.",
            "Does your code return the value before or after this function, and which one does the formula ask for?",
        ),
        "ko": (
            "계산하는 길에 적용하는 함수와 그 횟수를 살펴보세요.",
            "얻은 값과 기댓값 사이에 함수 하나가 있습니다. 한 번 더 적용했거나 빠뜨렸습니다.",
            "코드는 이 함수를 적용하기 전의 값을 반환하나요, 후의 값을 반환하나요? 식은 어느 쪽인가요?",
        ),
    },
    "normalised": {
        "en": (
            "Look at whether the result is divided by its own sum, length or largest entry, and along which axis.",
            "All values have the right proportion; a division is too much or missing.",
            "What should the values of one row add up to, and does the formula ask for that?",
        ),
        "ko": (
            "결과를 그 자신의 합이나 길이, 가장 큰 값으로 나누는지, 어느 축 방향인지 살펴보세요.",
            "값의 비율은 맞습니다. 나눗셈이 하나 더 있거나 빠졌습니다.",
            "한 행의 값을 모두 더하면 얼마가 되어야 하나요? 식이 그렇게 되어 있나요?",
        ),
    },
    "running": {
        "en": (
            "Look at the loop along this axis, and at what it carries from one index to the next.",
            "One of the two, yours or the expected result, adds up all that came before; the other does not.",
            "Does the value of an index contain the earlier ones, according to the formula?",
        ),
        "ko": (
            "이 축을 따라가는 반복문과, 한 인덱스에서 다음으로 넘기는 값을 살펴보세요.",
            "얻은 값과 기댓값 가운데 하나는 앞의 값을 모두 더한 것이고 다른 하나는 아닙니다.",
            "식에 따르면 한 인덱스의 값에 앞의 값들이 들어 있나요?",
        ),
    },
    "reread": {
        "en": (
            "Look at every reshape on the way to this result.",
            "reshape never moves a number past another; it only cuts the same row of numbers at other places.",
            "In which order must the axes stand before the reshape, so that what belongs together is side by side?",
        ),
        "ko": (
            "이 결과에 이르는 모든 reshape을 살펴보세요.",
            "reshape은 숫자의 순서를 바꾸지 않습니다. 한 줄로 늘어선 숫자를 다른 자리에서 자를 뿐입니다.",
            "함께 있어야 할 숫자가 이웃이 되려면 reshape 앞에서 축이 어떤 순서로 있어야 하나요?",
        ),
    },
    "zeroed": {
        "en": (
            "Look at the condition or mask that sets values to 0 here.",
            "It looks at the input named above; the others of your values are right.",
            "Which array should decide where the result is 0?",
        ),
        "ko": (
            "여기에서 값을 0으로 만드는 조건이나 마스크를 살펴보세요.",
            "0이 된 자리는 위에 적힌 입력의 부호를 따릅니다. 나머지 값은 맞습니다.",
            "결과가 0이 되는 자리는 어떤 배열이 정해야 하나요?",
        ),
    },
}
