"""The figures of u02_data_metrics."""

import numpy as np
from matplotlib.patches import Polygon, Rectangle
from sklearn.datasets import load_breast_cancer, load_digits, load_wine
from solution import (
    auc,
    confusion_matrix,
    min_max_scale,
    minibatches,
    one_hot,
    roc_curve,
    standardize,
    train_val_test_split,
)

from graders.figures import BLUE, GRAY, GREEN, INK, ORANGE, PAPER, PURPLE, RED, SHADE, canvas, caption

# The example of the slides: predictions and truths.
PREDICTED, TRUE = np.array([11.0, 19.0, 30.0, 43.0, 47.0]), np.array([10.0, 20.0, 30.0, 40.0, 50.0])


def _sheet(axes, x, y, width, height, color, rows=0, columns=0):
    """A matrix drawn as a rectangle with a few lines in it."""
    axes.add_patch(Rectangle((x, y), width, height, facecolor=SHADE, edgecolor=color, linewidth=1.3, zorder=2))
    for k in range(1, rows):
        axes.plot([x, x + width], [y + height * k / rows] * 2, color=color, linewidth=0.5, zorder=2)
    for k in range(1, columns):
        axes.plot([x + width * k / columns] * 2, [y, y + height], color=color, linewidth=0.5, zorder=2)


def tensor_shapes(say):
    """A table, a series and images as tensors of two, three and four axes."""
    figure, axes = canvas(6.8, 2.7, blank=True)
    _sheet(axes, 0.75, 0.75, 0.55, 1.2, BLUE, rows=8, columns=3)
    caption(axes, 1.02, 2.42, say(en="table", ko="표"), size=10)
    caption(axes, 0.36, 1.35, "100", color=BLUE)
    caption(axes, 1.02, 2.1, "3", color=BLUE)
    caption(axes, 1.02, 0.42, "(100, 3)", color=BLUE, size=10)
    for k in (2, 1, 0):
        _sheet(axes, 2.65 + 0.16 * k, 0.75 + 0.12 * k, 0.4, 1.05, GREEN, rows=10, columns=3)
    caption(axes, 3.0, 2.42, say(en="series", ko="시계열"), size=10)
    caption(axes, 2.3, 1.27, say(en="390\nsteps", ko="시각\n390"), color=GREEN)
    caption(axes, 3.16, 2.17, say(en="3 features", ko="특성 3"), color=GREEN)
    caption(axes, 3.62, 1.0, say(en="100\ndays", ko="100\n일"), color=GREEN)
    caption(axes, 3.0, 0.42, "(100, 390, 3)", color=GREEN, size=10)
    for image in (1, 0):
        for channel in (2, 1, 0):
            x, y = 4.95 + 0.55 * image + 0.08 * channel, 0.75 + 0.28 * image + 0.08 * channel
            _sheet(axes, x, y, 0.62, 0.72, PURPLE, rows=5, columns=5)
    caption(axes, 5.55, 2.42, say(en="color images", ko="컬러 이미지"), size=10)
    caption(axes, 4.66, 1.1, "78", color=PURPLE)
    caption(axes, 5.26, 0.63, "78", color=PURPLE)
    caption(axes, 6.42, 1.98, say(en="3 channels", ko="채널 3"), color=PURPLE)
    caption(axes, 6.42, 0.85, say(en="5,000 of\nthem", ko="5,000장"), color=PURPLE)
    caption(axes, 5.55, 0.42, "(5000, 78, 78, 3)", color=PURPLE, size=10)
    caption(axes, 3.4, 0.12, say(en="the first axis counts the samples", ko="첫 축이 샘플을 셉니다"), color=GRAY)
    return figure


def two_scales(say):
    """Two columns of real wines on one axis: as they are, as z-scores, and scaled to 0 … 1."""
    wines = load_wine()
    x = wines.data[:, [0, 12]]  # alcohol in percent, proline in mg/l
    names = (say(en="alcohol", ko="알코올"), say(en="proline", ko="프롤린"))
    figure, axes = canvas(6.8, 2.4, columns=3)
    panels = (
        (x, say(en="as measured", ko="잰 그대로"), 40),
        (standardize(x), say(en="z-score", ko="z 점수"), 24),
        (min_max_scale(x), say(en="min-max", ko="최소·최대"), 24),
    )
    for one, (table, title, bins) in zip(axes, panels, strict=True):
        edges = np.linspace(table.min(), table.max(), bins + 1)
        for column, (color, style) in enumerate(((BLUE, "-"), (ORANGE, "--"))):
            counts, _ = np.histogram(table[:, column], edges)
            one.stairs(counts, edges, color=color, linestyle=style, linewidth=1.6, label=names[column])
        one.set_title(title)
        one.set_ylim(bottom=0)
    axes[0].set_ylabel(say(en="wines", ko="와인 수"))
    axes[0].legend(loc="upper right")
    axes[1].axvline(0, color=GRAY, linewidth=0.7)
    return figure


def split_of_rows(say):
    """178 real wines in the order of the file, and the three sets with and without a shuffle."""
    wines = load_wine()
    t = wines.target
    n_val = n_test = round(0.2 * len(t))
    numbers = np.arange(len(t)).reshape(-1, 1)
    (train, _), (val, _), (test, _) = train_val_test_split(numbers, t, 0.2, 0.2, seed=1)
    shuffled = t[np.concatenate([train, val, test]).ravel()]
    figure, axes = canvas(6.8, 2.9, rows=2)
    titles = (
        say(en="cut without shuffling", ko="섞지 않고 나누면"),
        say(en="shuffled, then cut", ko="섞은 다음 나누면"),
    )
    for one, labels, title in zip(axes, (t, shuffled), titles, strict=True):
        for kind, color in enumerate((BLUE, ORANGE, GREEN)):
            here = np.flatnonzero(np.diff(np.concatenate([[0], labels == kind, [0]])))  # where its runs begin and end
            runs = [(begin - 0.5, end - begin) for begin, end in here.reshape(-1, 2)]
            one.broken_barh(runs, (0, kind + 1), facecolor=color)
        for cut in (len(t) - n_val - n_test, len(t) - n_test):
            one.axvline(cut - 0.5, color=INK, linewidth=1.2, linestyle="--")
        one.set(yticks=[1, 2, 3], xlim=(-1, len(t)), ylim=(0, 4.5))
        one.set_yticklabels([say(en=f"kind {k}", ko=f"품종 {k}") for k in range(3)])
        for middle, name in (
            ((len(t) - n_val - n_test) / 2, say(en="training 106", ko="훈련 106")),
            (len(t) - n_test - n_val / 2, say(en="validation 36", ko="검증 36")),
            (len(t) - n_test / 2, say(en="test 36", ko="테스트 36")),
        ):
            one.text(middle, 3.75, name, ha="center", va="center", size=9)
        one.set_title(title, loc="left")
    axes[1].set_xlabel(say(en="row", ko="행"))
    return figure


def batches_of_64(say):
    """1,000 rows in batches of 64: fifteen whole ones and a short one."""
    sizes = [len(part) for part, _ in minibatches(np.zeros((1000, 1)), np.zeros(1000), 64)]
    figure, axes = canvas(6.6, 2.2)
    colors = [BLUE] * (len(sizes) - 1) + [ORANGE]
    bars = axes.bar(range(1, len(sizes) + 1), sizes, color=colors, width=0.75)
    bars[-1].set_hatch("//")
    bars[-1].set_edgecolor(PAPER)
    for number, size in enumerate(sizes, start=1):
        axes.text(number, size + 2, str(size), ha="center", va="bottom", size=8.5)
    axes.set(xticks=range(1, len(sizes) + 1), ylim=(0, 80))
    axes.set_xlabel(say(en="batch = one iteration", ko="배치 = 반복 한 번"))
    axes.set_ylabel(say(en="rows", ko="행의 수"))
    return figure


def _counts(axes, counts, names, size):
    """A table of counts: the diagonal shaded, rows the truth, columns the prediction."""
    n = len(counts)
    for i in range(n):
        for j in range(n):
            face = BLUE if i == j else (SHADE if counts[i, j] else PAPER)
            axes.add_patch(Rectangle((j, i), 1, 1, facecolor=face, edgecolor=GRAY, linewidth=0.5, alpha=1))
            if counts[i, j] or n < 5:
                color = PAPER if i == j else INK
                axes.text(j + 0.5, i + 0.52, str(counts[i, j]), ha="center", va="center", size=size, color=color)
    axes.set(xlim=(0, n), ylim=(n, 0), aspect="equal", xticks=np.arange(n) + 0.5, yticks=np.arange(n) + 0.5)
    axes.set_xticklabels(names)
    axes.set_yticklabels(names)
    axes.tick_params(length=0)


def _digit_labels():
    """True and predicted labels of the last 597 digits, by the nearest mean image of the first 1,200."""
    digits = load_digits()
    x, t, new, truth = digits.data[:1200], digits.target[:1200], digits.data[1200:], digits.target[1200:]
    rows = one_hot(t, 10)
    means = rows.T @ x / rows.sum(axis=0)[:, np.newaxis]
    return np.argmin(((new[:, np.newaxis] - means) ** 2).sum(axis=2), axis=1), truth


def confusion_counts(say):
    """Two confusion matrices: ten animals, and 597 handwritten digits."""
    figure, axes = canvas(6.8, 3.3, columns=2)
    y, t = np.array([0, 2, 1, 0, 0, 2, 2, 0, 1, 1]), np.array([0, 0, 1, 1, 0, 2, 2, 2, 1, 1])
    animals = (say(en="cat", ko="고양이"), say(en="dog", ko="개"), say(en="bird", ko="새"))
    _counts(axes[0], confusion_matrix(y, t, 3), animals, 12)
    axes[0].set_title(say(en="10 animals", ko="동물 10마리"))
    _counts(axes[1], confusion_matrix(*_digit_labels(), 10), [str(k) for k in range(10)], 8)
    axes[1].set_title(say(en="597 handwritten digits", ko="손글씨 숫자 597개"))
    for one in axes:
        one.set_xlabel(say(en="predicted", ko="예측"))
        one.set_ylabel(say(en="true", ko="정답"))
    return figure


def two_classes(say):
    """The four fields for two classes, and which of them each metric divides by which."""
    figure, axes = canvas(6.8, 2.5, blank=True)
    fields = (
        (1.25, 1.15, "TN 14", SHADE),
        (2.25, 1.15, "FP 1", PAPER),
        (1.25, 0.45, "FN 2", PAPER),
        (2.25, 0.45, "TP 3", SHADE),
    )
    for x, y, text, face in fields:
        axes.add_patch(Rectangle((x, y), 1, 0.7, facecolor=face, edgecolor=GRAY, linewidth=0.8))
        caption(axes, x + 0.5, y + 0.35, text, size=11)
    axes.add_patch(Rectangle((2.29, 0.37), 0.92, 1.56, fill=False, edgecolor=BLUE, linewidth=2))
    axes.add_patch(Rectangle((1.17, 0.5), 2.16, 0.6, fill=False, edgecolor=ORANGE, linewidth=2, linestyle="--"))
    axes.add_patch(Rectangle((1.17, 1.2), 2.16, 0.6, fill=False, edgecolor=GREEN, linewidth=2, linestyle=":"))
    caption(axes, 1.75, 2.08, say(en="predicted 0", ko="예측 0"))
    caption(axes, 2.75, 2.08, say(en="predicted 1", ko="예측 1"))
    caption(axes, 0.62, 1.5, say(en="true 0", ko="정답 0"))
    caption(axes, 0.62, 0.8, say(en="true 1", ko="정답 1"))
    words = (
        (1.75, BLUE, say(en="precision = 3 / 4   (solid)", ko="정밀도 = 3 / 4   (실선)")),
        (1.35, ORANGE, say(en="recall = 3 / 5   (dashed)", ko="재현율 = 3 / 5   (파선)")),
        (0.95, GREEN, say(en="specificity = 14 / 15   (dotted)", ko="특이도 = 14 / 15   (점선)")),
        (0.55, INK, say(en="accuracy = 17 / 20   (all four)", ko="정확도 = 17 / 20   (네 칸 모두)")),
    )
    for y, color, text in words:
        caption(axes, 3.75, y, text, color=color, size=10.5, align="left")
    return figure


def _tumour_scores():
    """Scores of a straight-line model of two features for tumours it has not seen, and the truth (1: malignant)."""
    data = load_breast_cancer()
    x, t = data.data[:, [1, 4]], 1 - data.target  # texture and smoothness
    (x, t), _, (new, truth) = train_val_test_split(x, t, 0.0, 0.4, seed=3)
    ones = np.ones((len(x), 1))
    w, *_ = np.linalg.lstsq(np.hstack([ones, standardize(x)]), t, rcond=None)
    return np.hstack([np.ones((len(new), 1)), standardize(new, x)]) @ w, truth


def roc_of_scores(say):
    """Scores of real tumours by class, and the ROC curve they make, with its area and three thresholds."""
    y, t = _tumour_scores()
    fpr, tpr, thresholds = roc_curve(y, t)
    figure, axes = canvas(6.8, 3.1, columns=2)
    edges = np.linspace(y.min(), y.max(), 22)
    healthy, _ = np.histogram(y[t == 0], edges)
    ill, _ = np.histogram(y[t == 1], edges)
    axes[0].stairs(healthy, edges, color=BLUE, label=say(en="benign (0)", ko="악성 아님 (0)"))
    axes[0].stairs(ill, edges, color=RED, linestyle="--", label=say(en="malignant (1)", ko="악성 (1)"))
    axes[0].set_ylim(0, 1.5 * max(healthy.max(), ill.max()))
    axes[0].legend(loc="upper right")
    axes[0].set_xlabel(say(en="score", ko="점수"))
    axes[0].set_ylabel(say(en="tumors", ko="종양 수"))
    axes[1].fill_between(fpr, tpr, color=SHADE, step=None)
    axes[1].plot([0, 1], [0, 1], color=GRAY, linestyle=":", linewidth=1.2)
    axes[1].plot(fpr, tpr, color=PURPLE)
    for level, marker in ((0.6, "o"), (0.4, "s"), (0.2, "^")):
        place = np.flatnonzero(thresholds >= level)[-1]
        axes[0].axvline(level, ymax=0.77, color=INK, linewidth=0.9)
        axes[0].plot([level], [0.79 * axes[0].get_ylim()[1]], marker=marker, color=INK, markersize=5)
        axes[1].plot(fpr[place], tpr[place], marker=marker, color=INK, markersize=5)
        axes[1].annotate(f"{level}", (fpr[place], tpr[place]), (7, -11), textcoords="offset points", size=9, color=INK)
    axes[1].text(0.62, 0.3, f"AUC = {auc(fpr, tpr):.2f}", ha="center", size=11)
    axes[1].set(xlim=(-0.02, 1.02), ylim=(-0.02, 1.02), aspect="equal")
    axes[1].set_xlabel(say(en="false positive rate", ko="거짓 양성 비율"))
    axes[1].set_ylabel(say(en="true positive rate", ko="참 양성 비율"))
    return figure


def error_sticks(say):
    """Five predictions and truths: errors as sticks, and as squares."""
    figure, axes = canvas(6.8, 3.0, columns=2)
    place = 9.0 * np.arange(5)
    error = PREDICTED - TRUE
    for one in axes:
        one.axhline(0, color=GRAY, linewidth=1)
        one.set_xlabel(say(en="truth t", ko="정답 t"))
    axes[0].vlines(place, 0, error, color=BLUE, linewidth=3)
    axes[0].plot(place, error, "o", color=BLUE, markersize=5)
    axes[0].set(xticks=place, xlim=(-4, 45), ylim=(-5, 5))
    axes[0].set_xticklabels([f"{t:.0f}" for t in TRUE])
    axes[0].set_ylabel(say(en="error y − t", ko="오차 y − t"))
    for x, e in zip(place, error, strict=True):
        axes[0].text(
            x,
            e + (0.7 if e >= 0 else -0.7),
            f"{e:+.0f}".replace("-", "−") if e else "0",
            ha="center",
            va="center",
            size=9.5,
        )
    axes[0].set_title(say(en="mean length: MAE = 8/5 = 1.6", ko="길이의 평균: MAE = 8/5 = 1.6"))
    place = 5.0 * np.arange(5)
    for x, e in zip(place, error, strict=True):
        side, low = abs(e), min(e, 0)
        axes[1].add_patch(Rectangle((x, low), side, side, facecolor=SHADE, edgecolor=ORANGE, linewidth=1.6))
        large = side > 2
        height = low + side / 2 if large else 1.4 if e > 0 else 0.4 if e == 0 else -1.4
        align = "center" if large else "top" if e < 0 else "bottom"
        axes[1].text(x + side / 2, height, f"{side**2:.0f}", ha="center", va=align, size=9.5)
    axes[1].set(xlim=(-2, 25), ylim=(-10, 10), aspect="equal", yticks=[], xticks=place)
    axes[1].set_xticklabels([f"{t:.0f}" for t in TRUE])
    axes[1].set_title(say(en="mean area: MSE = 20/5 = 4", ko="넓이의 평균: MSE = 20/5 = 4"))
    return figure


def r2_two_sums(say):
    """The two sums of R²: errors of a fitted line, and of the mean, for real measurements."""
    wines = load_wine()
    x, t = wines.data[:, 5][::9], wines.data[:, 6][::9]  # phenols and flavanoids of every ninth wine
    slope, start = np.polyfit(x, t, 1)
    figure, axes = canvas(6.8, 2.9, columns=2)
    grid = np.array([x.min() - 0.2, x.max() + 0.2])
    answers = (np.full(len(t), t.mean()), start + slope * x)
    lines = (np.full(2, t.mean()), start + slope * grid)
    total, rest = (np.sum((t - answer) ** 2) for answer in answers)
    titles = (
        say(en=f"the mean: squares add up to {total:.1f}", ko=f"평균: 제곱의 합 {total:.1f}"),
        say(
            en=f"a line: {rest:.1f}, so R² = {1 - rest / total:.2f}",
            ko=f"직선: 제곱의 합 {rest:.1f}, R² = {1 - rest / total:.2f}",
        ),
    )
    for one, answer, line, color, title in zip(axes, answers, lines, (ORANGE, BLUE), titles, strict=True):
        one.vlines(x, answer, t, color=color, linewidth=1.5, linestyle="-" if color == BLUE else "--")
        one.plot(grid, line, color=color)
        one.plot(x, t, "o", color=INK, markersize=4)
        one.set_title(title)
        one.set_ylim(0, 4.6)
        one.set_xlabel(say(en="phenols", ko="페놀"))
    axes[0].set_ylabel(say(en="flavanoids", ko="플라보노이드"))
    return figure


def entropy_bars(say):
    """The loss −ln y of four predictions, and the terms of a divergence."""
    figure, axes = canvas(6.8, 3.0, columns=2)
    grid = np.linspace(0.04, 1, 120)
    axes[0].plot(grid, -np.log(grid), color=BLUE)
    for y in (0.3, 0.8, 0.6, 0.4):
        axes[0].vlines(y, 0, -np.log(y), color=ORANGE, linewidth=2.5)
        axes[0].plot(y, -np.log(y), "o", color=ORANGE, markersize=4)
        axes[0].annotate(f"{-np.log(y):.2f}", (y, -np.log(y)), (3, 6), textcoords="offset points", ha="left", size=9)
    axes[0].set(ylim=(0, 3.2), xlim=(0, 1.05))
    axes[0].set_xlabel(say(en="probability given to the true class", ko="정답 클래스에 준 확률"))
    axes[0].set_ylabel("−ln y")
    axes[0].set_title(say(en="four rows add up to 2.85", ko="네 행의 합 2.85"))
    p, q = np.array([0.5, 0.25, 0.25]), np.array([0.25, 0.25, 0.5])
    place, terms = np.arange(3), p * np.log(p / q)
    axes[1].bar(place - 0.27, p, 0.25, color=BLUE, label="p")
    axes[1].bar(place, q, 0.25, color=GREEN, hatch="//", edgecolor=PAPER, label="q")
    axes[1].bar(place + 0.27, terms, 0.25, color=ORANGE, hatch="--", edgecolor=PAPER, label="p ln(p/q)")
    for x, term in zip(place, terms, strict=True):
        up = term >= 0
        axes[1].text(
            x + 0.27,
            term + (0.02 if up else -0.02),
            f"{term:.2f}".replace("-", "−"),
            ha="center",
            va="bottom" if up else "top",
            size=8.5,
        )
    axes[1].axhline(0, color=GRAY, linewidth=1)
    axes[1].set(xticks=place, ylim=(-0.28, 0.85))
    axes[1].set_xticklabels(["A", "B", "C"])
    axes[1].legend(loc="upper center", ncols=3, columnspacing=1.0)
    axes[1].set_title(f"KL = {terms.sum():.2f}")
    return figure


def one_hot_rows(say):
    """Labels as one-hot rows, and a gap filled with 0."""
    t = np.array([2, 0, 1, 2])
    rows = one_hot(t, 3)
    figure, axes = canvas(6.8, 2.3, blank=True)
    names = (say(en="cat", ko="고양이"), say(en="dog", ko="개"), say(en="bird", ko="새"))
    for i, label in enumerate(t):
        y = 1.45 - 0.38 * i
        caption(axes, 0.95, y, f"{label} ({names[label]})", size=10)
        axes.annotate("", (2.05, y), (1.55, y), arrowprops={"arrowstyle": "-|>", "color": GRAY, "linewidth": 1.1})
        for j in range(3):
            on = rows[i, j] == 1
            face = BLUE if on else PAPER
            axes.add_patch(Rectangle((2.15 + 0.42 * j, y - 0.17), 0.4, 0.34, facecolor=face, edgecolor=GRAY))
            caption(axes, 2.35 + 0.42 * j, y, f"{rows[i, j]:.0f}", color=PAPER if on else INK, size=10)
    for j in range(3):
        caption(axes, 2.35 + 0.42 * j, 1.83, str(j), color=GRAY)
    caption(axes, 1.9, 2.12, say(en="label → one-hot row", ko="레이블 → 원핫 벡터"), size=10.5)
    table = (("64", "", "1600"), ("", "110", "1300"))
    for shift, fill in ((0.0, "NaN"), (1.62, "0")):
        for i, row in enumerate(table):
            for j, value in enumerate(row):
                x, y = 3.6 + shift + 0.42 * j, 1.15 - 0.38 * i
                axes.add_patch(Rectangle((x, y - 0.17), 0.4, 0.34, facecolor=PAPER if value else SHADE, edgecolor=GRAY))
                caption(axes, x + 0.2, y, value or fill, color=INK if value else RED, size=8.5)
    axes.annotate("", (5.18, 0.96), (4.88, 0.96), arrowprops={"arrowstyle": "-|>", "color": GRAY, "linewidth": 1.1})
    caption(axes, 5.0, 2.12, say(en="gap → 0", ko="빈칸 → 0"), size=10.5)
    return figure


def flattened(say):
    """Two images of 2 × 3 become two rows of 6."""
    figure, axes = canvas(6.6, 1.9, blank=True)
    colors = (BLUE, ORANGE)
    for image, color in enumerate(colors):
        for i in range(2):
            for j in range(3):
                x, y = 0.35 + 1.45 * image + 0.4 * j, 1.0 - 0.36 * i
                axes.add_patch(Rectangle((x, y - 0.17), 0.38, 0.34, facecolor=SHADE, edgecolor=color, linewidth=1.2))
                caption(axes, x + 0.19, y, str(6 * image + 3 * i + j), size=9.5)
        for k in range(6):
            x, y = 4.0 + 0.4 * k, 1.0 - 0.36 * image
            axes.add_patch(Rectangle((x, y - 0.17), 0.38, 0.34, facecolor=SHADE, edgecolor=color, linewidth=1.2))
            caption(axes, x + 0.19, y, str(6 * image + k), size=9.5)
    axes.add_patch(Polygon([[3.3, 0.74], [3.3, 0.9], [3.6, 0.82]], facecolor=GRAY))
    caption(axes, 1.6, 1.55, say(en="two images: (2, 2, 3)", ko="이미지 두 장: (2, 2, 3)"), size=10)
    caption(axes, 5.2, 1.55, say(en="two rows: (2, 6)", ko="두 행: (2, 6)"), size=10)
    return figure
