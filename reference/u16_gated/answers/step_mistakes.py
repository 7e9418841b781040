# lstm_gates: fail gates_tanh
# lstm_state: fail activated_again
# lstm_sum_gradients: fail sigmoid_slope_missing
# TimeLSTM.set_state: fail states_exchanged
# gru_gates: fail bias_forgotten
# gru_candidate: fail reset_on_the_sum
"""A mistake in every small step, written in other ways than the reference."""

import numpy as np


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def lstm_gates(x, h_prev, Wx, Wh, b):
    return tuple(
        np.tanh(np.einsum("nd,dk->nk", np.c_[x, h_prev], np.r_[Wx, Wh]) + b).reshape(len(x), 4, -1).swapaxes(0, 1)
    )


def lstm_state(f, g, i, o, c_prev):
    f, i, o = (sigmoid(gate) for gate in (f, i, o))
    c = f * c_prev + i * np.tanh(g)
    return np.tanh(c) * o, c


def lstm_sum_gradients(dh_next, dc_next, f, g, i, o, c_prev, c_next):
    t = np.tanh(c_next)
    through_h = o * dh_next
    dc = dc_next + through_h - through_h * t * t
    return dc * c_prev, dc * i - dc * i * g * g, g * dc, t * dh_next, f * dc


class LSTM:
    def __init__(self, Wx, Wh, b):
        self.Wx, self.Wh, self.b = Wx, Wh, b

    def forward(self, x, h_prev, c_prev):
        f, g, i, o = np.split(x @ self.Wx + h_prev @ self.Wh + self.b, 4, axis=1)
        c = sigmoid(f) * c_prev + sigmoid(i) * np.tanh(g)
        return sigmoid(o) * np.tanh(c), c


class TimeLSTM:
    def __init__(self, Wx, Wh, b, stateful=False):
        self.cell, self.H, self.stateful, self.state = LSTM(Wx, Wh, b), len(Wh), stateful, (None, None)

    def forward(self, xs):
        h, c = self.state if self.stateful else (None, None)
        zeros = np.zeros((len(xs), self.H))
        h, c, hs = zeros if h is None else h, zeros if c is None else c, []
        for x in xs.swapaxes(0, 1):
            h, c = self.cell.forward(x, h, c)
            hs.append(h)
        self.state = h, c
        return np.stack(hs, axis=1)

    def set_state(self, h, c=None):
        self.state = c, h


def gru_gates(x, h_prev, Wx, Wh, b):
    H = len(Wh)
    both = sigmoid(np.hstack([x, h_prev]) @ np.vstack([Wx, Wh])[:, : 2 * H])
    return both[:, :H], both[:, H:]


def gru_candidate(x, h_prev, r, Wx, Wh, b):
    H = len(Wh)
    return np.tanh(r * (np.hstack([x, h_prev]) @ np.vstack([Wx, Wh]) + b)[:, 2 * H :])
