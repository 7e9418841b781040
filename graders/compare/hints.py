"""Hints for relations: where to look, which relation it is, a question; in both languages, the same for all units."""

from __future__ import annotations

from collections.abc import Mapping

from graders.compare.ladders_beside import BESIDE

__all__ = ["LADDERS", "beside_others", "ladder_of"]

Ladder = Mapping[str, tuple[str, ...]]

_LADDERS: Mapping[str, Ladder] = {
    "shape": {
        "en": (
            "Look at the line that gives this array its shape.",
            "The numbers themselves are right; only the order or number of the axes is not.",
            "Write the shape of each factor beside your formula: which one has to be turned so that they meet?",
        ),
        "ko": (
            "이 배열의 형상이 정해지는 줄을 살펴보세요.",
            "숫자 자체는 맞고, 축의 순서나 개수만 다릅니다.",
            "식 옆에 각 인자의 형상을 적어 보세요. 어느 것을 돌려야 서로 맞물릴까요?",
        ),
    },
    "reduce": {
        "en": (
            "Look at the sums and means in this computation and at their axis.",
            "One axis was summed (or averaged) that should have stayed, or stayed although it should be gone.",
            "How many numbers should remain, one for what: per example, per feature, or one for all?",
        ),
        "ko": (
            "이 계산의 합과 평균, 그리고 그 axis를 살펴보세요.",
            "남아야 할 축이 합쳐졌거나, 합쳐져야 할 축이 남아 있습니다.",
            "결과에는 무엇마다 하나씩 숫자가 남아야 할까요? 데이터마다, 특성마다, 아니면 전체에 하나일까요?",
        ),
    },
    "nothing": {
        "en": (
            "Look at whether your result is ever written after it was created.",
            "The result is one and the same number everywhere, whatever goes in.",
            "Which line puts the computed values into what you return?",
        ),
        "ko": (
            "결과 배열을 만든 뒤에 값을 실제로 써 넣는지 살펴보세요.",
            "무엇을 넣어도 결과가 모두 같은 숫자입니다.",
            "계산한 값을 반환할 결과에 넣는 줄은 어디인가요?",
        ),
    },
    "eps": {
        "en": (
            "Look at the small number that keeps you from dividing by 0.",
            "All else is right. Where the numbers themselves are small, the size and position of ε decide the result.",
            "Which ε does the text of the exercise name, and is it inside the root or beside it?",
        ),
        "ko": (
            "0으로 나누지 않게 더하는 작은 수를 살펴보세요.",
            "나머지는 모두 맞습니다. 수 자체가 작을 때는 ε의 크기와 위치가 결과를 좌우합니다.",
            "문제에 적힌 ε은 얼마이고, 제곱근 안에 있나요, 밖에 있나요?",
        ),
    },
    "nan": {
        "en": (
            "Look for a division by 0, a logarithm of 0, a root of a negative number, or an exp that overflows.",
            "Nothing but NaN came out: one such step spreads to everything computed from it.",
            "Which line is the first to give a value that is not finite, for the inputs of this case?",
        ),
        "ko": (
            "0으로 나누기, 0의 로그, 음수의 제곱근, 너무 커지는 exp가 있는지 살펴보세요.",
            "결과가 모두 NaN입니다. 그런 계산이 하나만 있어도 그 뒤의 모든 값으로 퍼집니다.",
            "이 사례의 입력에서 유한하지 않은 값이 처음 나오는 줄은 어디인가요?",
        ),
    },
    "input": {
        "en": (
            "Look at what you return and what you received.",
            "One of the inputs comes back as it was.",
            "Which factor of the formula is missing between what comes in and what goes out?",
        ),
        "ko": (
            "받은 값과 반환하는 값을 나란히 살펴보세요.",
            "입력 하나가 그대로 돌아옵니다.",
            "들어오는 값과 나가는 값 사이에서 식의 어떤 인자가 빠졌을까요?",
        ),
    },
    "sign": {
        "en": (
            "Look at the signs in your formula.",
            "The size is right, but the direction is the opposite.",
            "Which difference did you compute in the wrong order: a − b or b − a?",
        ),
        "ko": (
            "식에 있는 부호를 살펴보세요.",
            "크기는 맞고 방향이 반대입니다.",
            "어떤 차를 거꾸로 구했을까요? a − b인가요, b − a인가요?",
        ),
    },
    "factor": {
        "en": (
            "Look at sums, means and constants: everything that multiplies the whole result.",
            "All values are off by the same factor.",
            "Over what do you average or scale here, and once, twice or not at all?",
        ),
        "ko": (
            "합, 평균, 상수처럼 결과 전체에 곱해지는 것을 살펴보세요.",
            "모든 값이 같은 배수만큼 다릅니다.",
            "여기서는 무엇으로 나누거나 곱해야 할까요? 한 번인가요, 두 번인가요, 빠뜨렸나요?",
        ),
    },
    "shared": {
        "en": (
            "Look at what multiplies or divides whole rows (or columns, or everything) at once.",
            "The values are in the right proportion; the factor they share is wrong, and it depends on the inputs.",
            "From which numbers is that factor computed, and over which axis?",
        ),
        "ko": (
            "행이나 열, 또는 전체에 한꺼번에 곱하거나 나누는 것을 살펴보세요.",
            "값의 비율은 맞고, 함께 곱해지는 배수가 다릅니다. 그 배수는 입력에 따라 달라집니다.",
            "그 배수는 어떤 수로, 어느 축 방향으로 구하나요?",
        ),
    },
    "moved": {
        "en": (
            "Look at the indices and slices along this axis.",
            "The right values are there, but in another place.",
            "With which index does your loop or slice start, and in which direction does it go?",
        ),
        "ko": (
            "이 축의 인덱스와 슬라이스를 살펴보세요.",
            "값은 맞지만 다른 자리에 있습니다.",
            "반복문이나 슬라이스는 어느 인덱스에서 시작해서 어느 방향으로 가나요?",
        ),
    },
    "offset": {
        "en": (
            "Look at what is added to or subtracted from the whole result.",
            "All values are moved by the same amount.",
            "Which term is there that should not be, or is missing?",
        ),
        "ko": (
            "결과 전체에 더하거나 빼는 것을 살펴보세요.",
            "모든 값이 같은 양만큼 밀려 있습니다.",
            "있으면 안 되는 항이 있나요, 아니면 있어야 할 항이 없나요?",
        ),
    },
    "element": {
        "en": (
            "Look at the functions that you apply to each element.",
            "A single function, the same for every element, separates your value from the expected one.",
            "Which root, square, logarithm or absolute value is there too often or not at all?",
        ),
        "ko": (
            "각 원소에 적용하는 함수를 살펴보세요.",
            "얻은 값과 기대값 사이에 모든 원소에 똑같은 함수 하나가 있습니다.",
            "제곱근, 제곱, 로그, 절댓값 가운데 무엇이 한 번 더 있거나 빠졌을까요?",
        ),
    },
    "blocks": {
        "en": (
            "Look at where you cut the last axis into parts.",
            "Each part on its own is computed correctly, or only one of them is not.",
            "In which order are the parts, and which activation belongs to which?",
        ),
        "ko": (
            "마지막 축을 여러 부분으로 나누는 곳을 살펴보세요.",
            "부분마다 따로 보면 맞거나, 한 부분만 다릅니다.",
            "각 부분은 어떤 순서로 놓여 있고, 어떤 활성화 함수를 써야 하나요?",
        ),
    },
    "branch": {
        "en": (
            "Look at the branch of your function for these inputs.",
            "Elsewhere your function is right.",
            "What should come out for such an input, worked out by hand for one number?",
        ),
        "ko": (
            "이런 입력에 해당하는 분기를 살펴보세요.",
            "다른 곳에서는 함수가 맞습니다.",
            "이런 입력 하나를 손으로 계산하면 무엇이 나와야 할까요?",
        ),
    },
    "repeated": {
        "en": (
            "Look at the line that writes the rows.",
            "Rows named once are right; rows named several times are not.",
            "When the same row is written twice in one statement, does the second write add to the first?",
        ),
        "ko": (
            "행에 값을 쓰는 줄을 살펴보세요.",
            "한 번 나온 행은 맞고, 여러 번 나온 행은 다릅니다.",
            "한 문장에서 같은 행을 두 번 쓰면, 두 번째 값이 첫 번째 값에 더해질까요?",
        ),
    },
    "ends": {
        "en": (
            "Look at the part of your code that treats the first or the last index by itself, or should.",
            "Every other index is right; only this one is not.",
            "What goes into this index that goes into no other, or is missing there: an initial value, a last step?",
        ),
        "ko": (
            "첫 인덱스나 마지막 인덱스를 따로 다루는 곳, 또는 따로 다루어야 할 곳을 살펴보세요.",
            "다른 인덱스는 모두 맞고 이 인덱스만 다릅니다.",
            "이 인덱스에만 들어가거나 여기서 빠진 것은 무엇인가요? 초깃값인가요, 마지막 단계인가요?",
        ),
    },
    "carried": {
        "en": (
            "Look at what differs between the one index that is right and the others: where a loop starts, what is "
            "carried from one step to the next.",
            "One end is right, and everything else is wrong. Where steps follow one another, what is carried is still "
            "0 or empty at that end, so that a mistake in how it is used does not show there.",
            "Work out the next index by hand: which value from the one before goes in, and what does your code use?",
        ),
        "ko": (
            "맞는 인덱스와 나머지가 무엇이 다른지 살펴보세요. 반복문이 시작하는 곳, 다음 단계로 넘기는 값 등입니다.",
            "한쪽 끝만 맞고 나머지는 모두 다릅니다. 단계가 이어지는 계산이라면 그 끝에서는 넘겨받은 값이 아직 0이거나 "
            "비어 있어서, 그 값을 잘못 써도 드러나지 않습니다.",
            "바로 다음 인덱스를 손으로 계산해 보세요. 앞 단계의 어떤 값이 들어가야 하고, 코드는 무엇을 쓰고 있나요?",
        ),
    },
    "border": {
        "en": (
            "Look at the padding, and at the first and last positions of the window.",
            "Whether a value is right depends on how near it lies to the border.",
            "Which values does the window see when it hangs over the edge?",
        ),
        "ko": (
            "패딩과, 창이 처음과 마지막에 놓이는 위치를 살펴보세요.",
            "값이 맞는지가 가장자리와의 거리에 따라 다릅니다.",
            "창이 가장자리를 넘을 때 어떤 값을 보게 되나요?",
        ),
    },
    "matrix": {
        "en": (
            "Look at the mask, or at the two cases of the formula (i = j and i ≠ j).",
            "Only certain positions of the matrix are wrong.",
            "Which condition tells these positions from the others?",
        ),
        "ko": (
            "마스크, 또는 식의 두 경우(i = j, i ≠ j)를 살펴보세요.",
            "행렬의 특정한 자리만 다릅니다.",
            "이 자리를 다른 자리와 구별하는 조건은 무엇인가요?",
        ),
    },
    "blank": {
        "en": (
            "Look at what makes a value exactly 0: a mask, a condition, padding.",
            "Values that should be 0 are not; all others are right.",
            "What should set these positions to 0, and does it act on this very result?",
        ),
        "ko": (
            "값을 정확히 0으로 만드는 것(마스크, 조건, 패딩)을 살펴보세요.",
            "0이어야 할 값이 0이 아니고, 나머지는 모두 맞습니다.",
            "무엇이 이 자리를 0으로 만들어야 하고, 바로 이 결과에 작용하나요?",
        ),
    },
}

LADDERS: Mapping[str, Ladder] = {**_LADDERS, **BESIDE}

_OF = {
    "shape": "transposed permuted_axes extra_axis lost_axis reshaped other_order",
    "reduce": "not_summed not_averaged summed_away averaged_away",
    "nothing": "zeros ones constant",
    "eps": "eps",
    "nan": "all_nan",
    "input": "input",
    "sign": "sign other_way",
    "factor": "too_large_batch too_large_axis too_small_batch too_small_axis ratio_named ratio_named_sign ratio",
    "shared": "proportional row_factors column_factors",
    "moved": "flipped flipped_both late early other_rows other_columns",
    "offset": "offset complement",
    "element": "squared rooted inverse absolute logarithm exponential rounded",
    "beside": "times divided plus minus plus_multiple",
    "as_if": "as_if_inverted as_if_lower as_if_higher as_if_zero as_if_one as_if_swapped as_if_negated as_if_reread "
    "as_if_late as_if_reversed",
    "other": "other_output plus_other minus_other",
    "step": "step_factor step_unit step_length",
    "step_along": "step_gradient",
    "added": "row_offsets column_offsets",
    "function": "function function_missing",
    "normalised": "normalised not_normalised",
    "running": "running_sum no_running_sum",
    "reread": "reread",
    "zeroed": "zeroed_negative zeroed_positive zeroed_zero",
    "blocks": "permuted_blocks only_block",
    "branch": "only_zero only_negative only_positive",
    "repeated": "only_repeated",
    "ends": "only_first only_last",
    "carried": "only_not_first only_not_last later_steps",
    "border": "only_border only_inside",
    "matrix": "only_diagonal only_off_diagonal only_above",
    "blank": "only_expected_zero",
}
_BY_RELATION = {f"relation.{sort}": ladder for ladder, sorts in _OF.items() for sort in sorts.split()}


def ladder_of(relation: str) -> Ladder:
    """The three rungs of a relation id, per language."""
    return LADDERS[_BY_RELATION[relation]]


def beside_others(relation: str) -> bool:
    """Whether a relation names other numbers of the run, a step or an order: these fix no slope of a forward."""
    return _BY_RELATION.get(relation) in BESIDE
