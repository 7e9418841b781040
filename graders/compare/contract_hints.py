"""Hints for contract faults: where to look, then what to do; in both languages, the same for all units."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["CONTRACT_LADDERS", "contract_ladder"]

Ladder = Mapping[str, tuple[str, ...]]

CONTRACT_LADDERS: Mapping[str, Ladder] = {
    "name": {
        "en": (
            "Compare the names in your code with those in the exercise, letter by letter.",
            "Python looks a name up exactly as it is written; one letter or underscore more makes it another name.",
        ),
        "ko": (
            "코드의 이름과 문제에 적힌 이름을 한 글자씩 비교해 보세요.",
            "Python은 이름을 적힌 그대로 찾습니다. 글자나 밑줄이 하나만 달라도 다른 이름입니다.",
        ),
    },
    "gradient": {
        "en": (
            "Look at where backward stores the gradients of the parameters.",
            "The gradient of W belongs in self.dW, or in self.grads at the place that W has in self.params.",
        ),
        "ko": (
            "backward가 매개변수의 기울기를 어디에 저장하는지 살펴보세요.",
            "W의 기울기는 self.dW에, 또는 self.params에서 W가 있는 자리와 같은 self.grads의 자리에 저장합니다.",
        ),
    },
    "arguments": {
        "en": (
            "Compare the line that begins with def with the one in the exercise.",
            "Arguments are handed over by place: the first to the first, the second to the second.",
        ),
        "ko": (
            "def로 시작하는 줄을 문제에 주어진 줄과 비교해 보세요.",
            "인수는 순서대로 전달됩니다. 첫째 값은 첫째 인수로, 둘째 값은 둘째 인수로 들어갑니다.",
        ),
    },
    "self": {
        "en": (
            "Look at how a method reaches its own object.",
            "A method takes self as its first argument; whatever belongs to the object is written self.name.",
        ),
        "ko": (
            "메서드가 자기 객체에 어떻게 접근하는지 살펴보세요.",
            "메서드의 첫째 인수는 self이고, 객체에 속한 것은 모두 self.이름으로 씁니다.",
        ),
    },
    "remember": {
        "en": (
            "Look at what forward stores in self, and at what backward reads from it.",
            "A local name is gone when its function ends; only what is stored in self is there for the next call.",
        ),
        "ko": (
            "forward가 self에 저장하는 것과 backward가 읽는 것을 비교해 보세요.",
            "지역 변수는 함수가 끝나면 사라집니다. self에 저장한 것만 다음 호출에서 쓸 수 있습니다.",
        ),
    },
    "return": {
        "en": (
            "Look at the last line of the function.",
            "A function without return gives None; print only shows a value, it does not hand it over.",
        ),
        "ko": (
            "함수의 마지막 줄을 살펴보세요.",
            "return이 없는 함수는 None을 돌려줍니다. print는 값을 보여 줄 뿐 돌려주지 않습니다.",
        ),
    },
    "unfinished": {
        "en": (
            "This part has no code yet; the parts before it are judged on their own.",
            "Begin with lines that return arrays of the right shape, and put the formulas in their place one by one.",
        ),
        "ko": (
            "이 부분에는 아직 코드가 없습니다. 앞부분은 따로 채점합니다.",
            "먼저 올바른 형상의 배열을 반환하는 줄을 쓰고, 그 자리에 식을 하나씩 넣으세요.",
        ),
    },
    "sort": {
        "en": (
            "Look at the type of what you compute with or return: print(type(value)).",
            "Formulas work on NumPy arrays: np.array(…) makes one of a list, and .tolist() undoes it.",
        ),
        "ko": (
            "계산하거나 반환하는 값의 자료형을 print(type(값))으로 확인해 보세요.",
            "식은 NumPy 배열로 계산합니다. np.array(…)는 리스트를 배열로 만들고, .tolist()는 되돌립니다.",
        ),
    },
    "whole": {
        "en": (
            "Look at divisions whose result is used as a size or an index.",
            "In Python / always gives a float; // gives a whole number.",
        ),
        "ko": (
            "결과를 크기나 인덱스로 쓰는 나눗셈을 살펴보세요.",
            "Python에서 /는 언제나 float를 주고, //는 정수를 줍니다.",
        ),
    },
    "state": {
        "en": (
            "Look at where the values that outlive a call are created.",
            "What stands outside __init__ and outside the function exists once, for all instances and all calls.",
        ),
        "ko": (
            "호출이 끝난 뒤에도 남는 값을 어디에서 만드는지 살펴보세요.",
            "__init__이나 함수 바깥에 있는 것은 하나뿐이어서, 모든 인스턴스와 모든 호출이 함께 씁니다.",
        ),
    },
    "input": {
        "en": (
            "Look at the lines that assign to a part of an argument, or use += on it.",
            "An array is handed over, not copied: writing into it changes the caller's array, too.",
        ),
        "ko": (
            "인수의 일부에 대입하거나 +=를 쓰는 줄을 살펴보세요.",
            "배열은 복사되지 않고 그대로 전달됩니다. 거기에 쓰면 호출한 쪽의 배열도 바뀝니다.",
        ),
    },
    "endless": {
        "en": (
            "Look at what the function calls inside its own body.",
            "A function that calls itself needs a case in which it does not.",
        ),
        "ko": (
            "함수가 자기 본문에서 무엇을 호출하는지 살펴보세요.",
            "자기 자신을 호출하는 함수에는 호출하지 않고 끝나는 경우가 있어야 합니다.",
        ),
    },
    "library": {
        "en": (
            "Look at which library the values you compute with come from.",
            "This unit works with NumPy alone: begin and end with NumPy arrays.",
        ),
        "ko": (
            "계산에 쓰는 값이 어느 라이브러리의 것인지 살펴보세요.",
            "이 단원에서는 NumPy만 씁니다. 처음부터 끝까지 NumPy 배열로 계산하세요.",
        ),
    },
}

_OF = {
    "name": "misspelled_method misspelled_attribute misspelled_init misspelled_name misspelled_numpy misspelled_option "
    "missing_method missing_attribute missing_init",
    "gradient": "gradient_name no_gradient",
    "arguments": "arguments argument_order extra_argument",
    "self": "self_missing self_misspelled self_forgotten method_without_self not_called",
    "remember": "not_remembered unset_attribute",
    "return": "no_return print_for_return number_of_values one_value",
    "unfinished": "unfinished",
    "sort": "list_for_array list_used number_for_array array_for_number",
    "whole": "float_for_int",
    "state": "class_state module_state",
    "input": "changes_input",
    "endless": "calls_itself",
    "library": "other_library",
}
_BY_FAULT = {f"contract.{sort}": ladder for ladder, sorts in _OF.items() for sort in sorts.split()}


def contract_ladder(fault: str) -> Ladder:
    """The rungs for a contract fault's id, per language."""
    return CONTRACT_LADDERS[_BY_FAULT[fault]]
