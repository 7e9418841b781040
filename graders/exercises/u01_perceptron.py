"""How the exercises of u01_perceptron are called, on which inputs, and what is compared."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from graders.spec import Case, Exercise, Unit, derived, drawn, fixed, literal, normal, side

UNIT = Unit(
    title={"ko": "퍼셉트론", "en": "The perceptron"},
    forbids=("torch.*", "tensorflow.*", "jax.*", "keras.*", "sklearn.*", "scipy.*", "autograd.*", "cupy.*"),
    minutes=90,
    cases={
        "curve": "곡선",
        "any shape": "여러 형상",
        "with zeros": "0이 섞인 입력",
        "zero": "0일 때",
        "one number": "숫자 하나",
        "random": "무작위 값",
        "good or defective, one product on the line": "양품과 불량품, 하나는 직선 위",
        "threshold": "경계값",
        "every second one on the line": "하나 걸러 하나는 직선 위",
        "exactly on the line": "정확히 직선 위",
        "1 + 3x₁ − 2x₂ at (−1, 2)": "(−1, 2)에서 1 + 3x₁ − 2x₂",
        "separable": "직선으로 나뉘는 데이터",
        "NAND, one mistake in the first pass": "첫 에폭에서 한 번만 틀리는 NAND",
        "XOR never ends": "끝나지 않는 XOR",
        "no line separates them": "직선으로 나뉘지 않는 데이터",
        "epochs": "에폭 제한",
    },
)

Outputs = Iterator[tuple[str, object]]

# How to begin, while nothing is written.
START = {
    "step_function": {
        "en": "Begin with an array: which comparison is True exactly where x is greater than 0? Then turn True "
        "and False into 1 and 0.",
        "ko": "배열에서 시작하세요. x가 0보다 큰 자리에서만 True가 되는 비교는 무엇인가요? 그다음 True와 "
        "False를 1과 0으로 바꾸세요.",
    },
    "sign": {
        "en": "Begin with three cases on paper: negative, exactly 0, positive. NumPy has a function that tells "
        "all three apart.",
        "ko": "음수, 정확히 0, 양수의 세 경우를 먼저 적어 보세요. NumPy에는 이 셋을 한 번에 구별하는 함수가 있습니다.",
    },
    "AND": {
        "en": "Begin with the four rows of the truth table. Give both inputs the same weight and look for a "
        "threshold that only the sum of two ones exceeds.",
        "ko": "진리표의 네 행에서 시작하세요. 두 입력에 같은 가중치를 주고, 둘 다 1일 때의 합만 넘는 임계값을 "
        "찾으세요.",
    },
    "OR": {
        "en": "Begin with your AND: which of the four rows must change, and which threshold does a single 1 exceed?",
        "ko": "AND에서 시작하세요. 네 행 가운데 무엇이 달라져야 하고, 1 하나만으로 넘으려면 임계값이 얼마여야 할까요?",
    },
    "NAND": {
        "en": "Begin with the row (0, 0): there only the bias is left, and the answer must be 1. Which sign "
        "does the bias need?",
        "ko": "(0, 0) 행에서 시작하세요. 이 행에는 편향만 남는데 출력은 1이어야 합니다. 편향의 부호는 "
        "무엇이어야 할까요?",
    },
    "NOR": {
        "en": "Begin with the row (0, 0), the only one with the answer 1: the bias decides it. Then choose "
        "weights with which a single 1 pulls the sum to 0 or below.",
        "ko": "출력이 1인 유일한 행 (0, 0)에서 시작하세요. 이 행은 편향이 정합니다. 그다음 1이 하나만 있어도 "
        "합이 0 이하가 되는 가중치를 고르세요.",
    },
    "perceptron": {
        "en": "Begin with one input: add b to the weighted sum of a single row and compare it with 0. Then "
        "look for the operation that does it for all rows at once.",
        "ko": "입력 하나에서 시작하세요. 한 행의 가중합에 b를 더해 0과 비교하세요. 그다음 모든 행을 한 번에 "
        "계산하는 연산을 찾으세요.",
    },
    "XOR": {
        "en": "Begin with the truth table: write the output of each gate you already have next to every row. "
        "Which two columns make the one you want?",
        "ko": "진리표에서 시작하세요. 이미 만든 게이트의 출력을 각 행 옆에 적어 보세요. 어느 두 열에서 원하는 "
        "열을 만들 수 있나요?",
    },
    "XNOR": {
        "en": "Begin with your XOR: compare the two truth tables row by row.",
        "ko": "XOR에서 시작하세요. 두 진리표를 한 행씩 비교해 보세요.",
    },
    "two_layer_perceptron": {
        "en": "Begin with the hidden layer alone: what shape does the whole batch times W1 have, and where "
        "is b1 added? The result goes into the output unit.",
        "ko": "은닉층만 먼저 구하세요. 배치 전체와 W1의 곱은 형상이 무엇이고, b1은 어디에 더해질까요? 거기서 "
        "나온 값이 출력 노드의 입력입니다.",
    },
    "decision_line": {
        "en": "Begin with z for a single input: one number. Check it, and only then put it through the sigmoid.",
        "ko": "입력 하나의 z부터 구하세요. 숫자 하나가 나옵니다. 확인한 다음 시그모이드에 넣으세요.",
    },
    "Perceptron.predict": {
        "en": "Begin with w0: its input is always 1, so take the bias and the other weights apart. Then decide "
        "what happens at exactly 0.",
        "ko": "w0에서 시작하세요. 그 입력은 항상 1이므로 편향과 나머지 가중치를 나누세요. 그다음 정확히 0일 "
        "때를 정하세요.",
    },
    "Perceptron.fit": {
        "en": "Begin with a single pass: go through the rows, predict, and update only at a mistake. Keep a "
        "copy of the weights each time. The loop over epochs comes last.",
        "ko": "데이터를 한 번만 도는 코드부터 쓰세요. 행마다 예측하고 틀렸을 때만 갱신하며, 그때마다 가중치의 "
        "복사본을 남기세요. 에폭 반복문은 마지막에 더하세요.",
    },
}

TABLE = np.array([[0, 0], [1, 0], [0, 1], [1, 1]])  # the order of the slides' truth tables (S1)
NEW = np.array([[2.0, 2.0], [-1.0, 0.5], [0.9, 0.8], [-2.0, 1.0], [0.2, 0.3]])
DIMS = ({"N": 13, "D": 3}, {"N": 17, "D": 5})


# --- probes ----------------------------------------------------------------------------------------------------------


def step_function(student: Any, x: Any) -> Outputs:
    """1 where x > 0, else 0."""
    yield "y", student.step_function(x)


def sign(student: Any, x: Any) -> Outputs:
    """-1, 0 or +1."""
    yield "y", student.sign(x)


def AND(student: Any, x1: int, x2: int) -> Outputs:
    """One row of the truth table."""
    yield "y", student.AND(x1, x2)


def OR(student: Any, x1: int, x2: int) -> Outputs:
    """One row of the truth table."""
    yield "y", student.OR(x1, x2)


def NAND(student: Any, x1: int, x2: int) -> Outputs:
    """One row of the truth table."""
    yield "y", student.NAND(x1, x2)


def NOR(student: Any, x1: int, x2: int) -> Outputs:
    """One row of the truth table."""
    yield "y", student.NOR(x1, x2)


def perceptron(student: Any, x: Any, w: Any, b: float) -> Outputs:
    """Row by row, then the whole batch at once."""
    yield "one", [student.perceptron(row, w, b) for row in x]
    yield "y", student.perceptron(x, w, b)


def XOR(student: Any, x1: int, x2: int) -> Outputs:
    """One row of the truth table."""
    yield "y", student.XOR(x1, x2)


def XNOR(student: Any, x1: int, x2: int) -> Outputs:
    """One row of the truth table."""
    yield "y", student.XNOR(x1, x2)


def two_layer_perceptron(student: Any, x: Any, W1: Any, b1: Any, w2: Any, b2: float) -> Outputs:
    """The hidden outputs, then the output."""
    s, y = student.two_layer_perceptron(x, W1, b1, w2, b2)
    yield "s", s
    yield "y", y


def decision_line(student: Any, x: Any, w: Any, b: float) -> Outputs:
    """The score, then its sigmoid."""
    z, y = student.decision_line(x, w, b)
    yield "z", z
    yield "y", y


def predict(student: Any, x: Any, w: Any) -> Outputs:
    """Predictions with given weights: the whole batch at once, then row by row."""
    model = student.Perceptron(x.shape[1])
    model.w[...] = w
    yield "y", model.predict(x)
    yield "one", [model.predict(row) for row in x]


def fit(student: Any, x: Any, y: Any, epochs: int, x_new: Any) -> Outputs:
    """The weights after each update (one row each), then what the trained perceptron predicts for new points."""
    model = student.Perceptron(x.shape[1])
    history = model.fit(x, y, epochs)
    yield "updates", np.array(history) if isinstance(history, list | tuple) else history
    yield "predicted", model.predict(x_new)


# --- inputs ----------------------------------------------------------------------------------------------------------


def _truth_table(values: str) -> tuple[Case, ...]:
    """Four literal cases, one row each; ``values`` in the order of TABLE."""
    return tuple(
        literal(f"({x1}, {x2})", {"x1": x1, "x2": x2}, source="S1, truth tables", expect={"y": int(value)})
        for (x1, x2), value in zip(TABLE.tolist(), values, strict=True)
    )


def _with_zeros(rng: np.random.Generator, dims: Mapping[str, int], earlier: Mapping[str, Any]) -> np.ndarray:
    """-2, -1, 0, 1, 2 in random order, again and again."""
    return (rng.permutation(dims["N"]) % 5 - 2).astype(float)


def _bias(rng: np.random.Generator, dims: Mapping[str, int], earlier: Mapping[str, Any]) -> float:
    """A bias of either sign that is never small: forgetting it must show."""
    return float(rng.choice([-1.0, 1.0]) * rng.uniform(0.7, 1.5))


def _whole_bias(rng: np.random.Generator, dims: Mapping[str, int], earlier: Mapping[str, Any]) -> float:
    """-2, -1, 1 or 2."""
    return float(rng.choice([-2, -1, 1, 2]))


def _weights(rng: np.random.Generator, dims: Mapping[str, int], earlier: Mapping[str, Any]) -> np.ndarray:
    """(w0, w1, …, wD) with the bias in front."""
    return np.append(_bias(rng, dims, earlier), rng.standard_normal(dims["D"]))


def _signs(rng: np.random.Generator, dims: Mapping[str, int], earlier: Mapping[str, Any]) -> np.ndarray:
    """Weights -1 and +1: sums of whole numbers are exact, in whatever order they are added."""
    return rng.choice([-1.0, 1.0], dims["D"])


def _whole_weights(rng: np.random.Generator, dims: Mapping[str, int], earlier: Mapping[str, Any]) -> np.ndarray:
    """(w0, w1, …, wD) of whole numbers."""
    return np.append(_whole_bias(rng, dims, earlier), _signs(rng, dims, earlier))


def _on_the_line(rng: np.random.Generator, dims: Mapping[str, int], earlier: Mapping[str, Any]) -> np.ndarray:
    """Whole-number inputs whose every second row gives a sum of exactly 0 with the weights and bias drawn before."""
    w = earlier["w"][-dims["D"] :]
    b = earlier["b"] if "b" in earlier else earlier["w"][0]  # (w0, w1, …, wD) holds its own
    x = rng.integers(-3, 4, (dims["N"], dims["D"])).astype(float)
    x[::2, -1] -= w[-1] * (x[::2] @ w + b)
    return x


def _labels(rng: np.random.Generator, dims: Mapping[str, int], earlier: Mapping[str, Any]) -> np.ndarray:
    """Labels -1 and +1, as many of each as N allows, in random order."""
    return np.where(rng.permutation(dims["N"]) % 2 == 0, 1, -1)


def _contradicted_labels(rng: np.random.Generator, dims: Mapping[str, int], earlier: Mapping[str, Any]) -> np.ndarray:
    """Labels -1 and +1; the first and the last differ."""
    y = _labels(rng, dims, earlier)
    y[-1] = -y[0]
    return y


def _contradicted(rng: np.random.Generator, dims: Mapping[str, int], earlier: Mapping[str, Any]) -> np.ndarray:
    """Whole numbers (their sums are exact); the last point is the first one again, so that learning never ends."""
    x = rng.integers(-3, 4, (dims["N"], dims["D"])).astype(float)
    x[-1] = x[0]
    return x


def _separable(rng: np.random.Generator, dims: Mapping[str, int], earlier: Mapping[str, Any]) -> np.ndarray:
    """Points on both sides of a random plane that misses the origin, at least 0.3 away from it."""
    y = earlier["y"]
    normal_to_plane = rng.standard_normal(dims["D"])
    normal_to_plane /= np.linalg.norm(normal_to_plane)
    points = 3 * rng.standard_normal((dims["N"], dims["D"]))
    height = 0.8 + y * rng.uniform(0.3, 1.5, dims["N"])
    return points + np.outer(height - points @ normal_to_plane, normal_to_plane)


def _gate(name: str, w: tuple[float, float], b: float, source: str, expect: list[int]) -> Case:
    """The truth table of a gate that is one perceptron."""
    inputs = {"x": TABLE.astype(float), "w": np.array(w), "b": b}
    return literal(name, inputs, source=source, expect={"one": expect, "y": expect})


_XOR_WEIGHTS = {
    "W1": np.array([[-0.5, 0.5], [-0.5, 0.5]]),  # columns: NAND, OR
    "b1": np.array([0.7, -0.4]),
    "w2": np.array([0.5, 0.5]),  # AND
    "b2": -0.6,
}


# --- exercises -------------------------------------------------------------------------------------------------------


def _gate_exercise(gate: Any, name: str, values: str, after: tuple[str, ...] = ()) -> Exercise:
    """A gate: its four rows define it completely."""
    return Exercise(
        gate,
        title={"ko": f"{name} 게이트", "en": f"{name} gate"},
        start=START[name],
        outputs=("y",),
        cases=_truth_table(values),
        unhidden={"y": "the four rows are the whole domain"},
        after=after,
    )


EXERCISES = (
    Exercise(
        step_function,
        title={"ko": "계단 함수", "en": "Step function"},
        start=START["step_function"],
        outputs=("y",),
        cases=(
            literal("curve", {"x": np.linspace(-5.0, 5.0, 100)}, source="S1, Step function"),
            drawn("any shape", {"x": normal("N", "D", gap=1e-2)}, DIMS),
            drawn("with zeros", {"x": derived(_with_zeros)}, DIMS, group="zero"),
            side("one number", {"x": 0.3}),
        ),
        curve=("x", "y"),
    ),
    Exercise(
        sign,
        title={"ko": "부호 함수", "en": "Sign function"},
        start=START["sign"],
        outputs=("y",),
        cases=(
            literal("curve", {"x": np.linspace(-5.0, 5.0, 100)}, source="S1, table of activation functions"),
            drawn("any shape", {"x": normal("N", "D", gap=1e-2)}, DIMS),
            drawn("with zeros", {"x": derived(_with_zeros)}, DIMS, group="zero"),
            side("one number", {"x": -0.3}),
        ),
        curve=("x", "y"),
    ),
    _gate_exercise(AND, "AND", "0001"),
    _gate_exercise(OR, "OR", "0111"),
    _gate_exercise(NAND, "NAND", "1110"),
    _gate_exercise(NOR, "NOR", "1000"),
    Exercise(
        perceptron,
        title={"ko": "퍼셉트론 (편향 꼴)", "en": "Perceptron in bias form"},
        start=START["perceptron"],
        outputs=("one", "y"),
        cases=(
            _gate("AND, θ = 0.6", (0.5, 0.5), -0.6, "S1, Perceptron AND", [0, 0, 0, 1]),
            _gate("OR, θ = 0.4", (0.5, 0.5), -0.4, "S1, Perceptron OR", [0, 1, 1, 1]),
            _gate("NAND, b = 0.7", (-0.5, -0.5), 0.7, "S1, Perceptron NAND", [1, 1, 1, 0]),
            drawn("random", {"x": normal("N", "D"), "w": normal("D"), "b": derived(_bias)}, DIMS),
            literal(
                "good or defective, one product on the line",
                {"x": np.array([[2.0, 1.0], [1.5, 1.0], [1.0, 1.0]]), "w": np.array([1.0, -1.0]), "b": -0.5},
                group="threshold",
                source="S0, A concept of perceptron",
                expect={"one": [1, 0, 0], "y": [1, 0, 0]},
            ),
            drawn(
                "every second one on the line",
                {"w": derived(_signs), "b": derived(_whole_bias), "x": derived(_on_the_line)},
                DIMS,
                group="threshold",
            ),
        ),
    ),
    _gate_exercise(XOR, "XOR", "0110", after=("AND", "OR", "NAND")),
    _gate_exercise(XNOR, "XNOR", "1001", after=("XOR",)),
    Exercise(
        two_layer_perceptron,
        title={"ko": "2층 퍼셉트론", "en": "Two-layer perceptron"},
        start=START["two_layer_perceptron"],
        outputs=("s", "y"),
        cases=(
            literal(
                "XOR",
                {"x": TABLE.astype(float), **_XOR_WEIGHTS},
                source="S1, XOR with the columns s1, s2, y",
                expect={"s": [[1, 0], [1, 1], [1, 1], [0, 1]], "y": [0, 1, 1, 0]},
            ),
            drawn(
                "random",
                {
                    "x": normal("N", "D"),
                    "W1": normal("D", "H"),
                    "b1": normal("H", gap=0.5),
                    "w2": normal("H"),
                    "b2": derived(_bias),
                },
                ({"N": 47, "D": 3, "H": 5}, {"N": 43, "D": 7, "H": 3}),
            ),
        ),
        after=("step_function",),
    ),
    Exercise(
        decision_line,
        title={"ko": "결정선", "en": "Decision line"},
        start=START["decision_line"],
        outputs=("z", "y"),
        cases=(
            literal(
                "1 + 3x₁ − 2x₂ at (−1, 2)",
                {"x": np.array([-1.0, 2.0]), "w": np.array([3.0, -2.0]), "b": 1.0},
                source="S2, g(−6) ≈ 0.002",
                expect={"z": -6, "y": 0.002},
                digits=3,
            ),
            drawn("random", {"x": normal("N", "D"), "w": normal("D"), "b": derived(_bias)}, DIMS),
        ),
    ),
    Exercise(
        predict,
        symbol="Perceptron.predict",
        title={"ko": "퍼셉트론의 예측", "en": "The perceptron predicts"},
        start=START["Perceptron.predict"],
        outputs=("y", "one"),
        points={"one@zero": 0},
        cases=(
            drawn("random", {"x": normal("N", "D"), "w": derived(_weights)}, DIMS),
            literal(
                "exactly on the line",
                {"x": np.array([[0.5, 0.5], [1.0, 0.0], [1.0, 1.0], [0.0, 0.0]]), "w": np.array([-1.0, 1.0, 1.0])},
                group="zero",
                source="S1, φ(z) = 1 if z ≥ 0",
                expect={"y": [1, 1, 1, -1]},
            ),
            drawn(
                "every second one on the line",
                {"w": derived(_whole_weights), "x": derived(_on_the_line)},
                DIMS,
                group="zero",
            ),
        ),
    ),
    Exercise(
        fit,
        symbol="Perceptron.fit",
        title={"ko": "퍼셉트론의 학습 (로젠블랫 규칙)", "en": "The perceptron learns (Rosenblatt's rule)"},
        start=START["Perceptron.fit"],
        outputs=("updates", "predicted"),
        cases=(
            literal(
                "AND",
                {"x": TABLE.astype(float), "y": np.array([-1, -1, -1, 1]), "epochs": 100, "x_new": NEW},
                source="S1, the algorithm on the slide",
            ),
            literal(
                "NAND, one mistake in the first pass",
                {"x": TABLE.astype(float), "y": np.array([1, 1, 1, -1]), "epochs": 100, "x_new": NEW},
            ),
            drawn(
                "separable",
                {
                    "y": derived(_labels),
                    "x": derived(_separable),
                    "epochs": fixed(200),
                    "x_new": normal("K", "D", scale=3.0),
                },
                ({"N": 23, "D": 3, "K": 29}, {"N": 19, "D": 5, "K": 31}),
            ),
            literal(
                "XOR never ends",
                {"x": TABLE.astype(float), "y": np.array([-1, 1, 1, -1]), "epochs": 3, "x_new": NEW},
                group="epochs",
            ),
            drawn(
                "no line separates them",
                {
                    "y": derived(_contradicted_labels),
                    "x": derived(_contradicted),
                    "epochs": fixed("E"),
                    "x_new": normal("K", "D", scale=3.0),
                },
                ({"N": 7, "D": 3, "K": 29, "E": 5}, {"N": 11, "D": 5, "K": 31, "E": 3}),
                group="epochs",
            ),
        ),
        points={"updates": 2},
        after=("Perceptron.predict",),
    ),
)
