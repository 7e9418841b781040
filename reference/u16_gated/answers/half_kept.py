# LSTM.forward: fail coupled_by_i
# LSTM.backward: fail u16_gated.LSTM.forward.coupled_by_i
# TimeLSTM.forward: fail cell_not_carried
# TimeLSTM.backward: fail
# GRU.forward: fail reset_on_the_kept_state
# GRU.backward: fail u16_gated.GRU.forward.reset_on_the_kept_state
"""One gate for two, a cell that is not stored, a reset gate on everything: written with slices and einsum."""

import numpy as np


def squash(a):
    return 0.5 * (1 + np.tanh(0.5 * a))


class LSTM:
    share = True  # what comes in replaces what goes out

    def __init__(self, Wx, Wh, b):
        self.params, self.grads = [Wx, Wh, b], [0 * Wx, 0 * Wh, 0 * b]

    def forward(self, x, h_prev, c_prev):
        Wx, Wh, b = self.params
        H = len(Wh)
        a = np.einsum("nd,dk->nk", x, Wx) + np.einsum("nh,hk->nk", h_prev, Wh) + b
        f, g, i, o = squash(a[:, :H]), np.tanh(a[:, H : 2 * H]), squash(a[:, 2 * H : 3 * H]), squash(a[:, 3 * H :])
        keep = 1 - i if self.share else f
        c = keep * c_prev + i * g
        self.kept = x, h_prev, c_prev, f, g, i, o, keep, np.tanh(c)
        return o * self.kept[-1], c

    def backward(self, dh_next, dc_next):
        x, h_prev, c_prev, f, g, i, o, keep, t = self.kept
        dc = dc_next + dh_next * o * (1 - t * t)
        dkeep = dc * c_prev
        di = dc * g - (dkeep if self.share else 0)
        df = 0 * dkeep if self.share else dkeep * f * (1 - f)
        d = np.concatenate((df, dc * i * (1 - g * g), di * i * (1 - i), dh_next * t * o * (1 - o)), axis=1)
        self.grads[0][:] = np.einsum("nd,nk->dk", x, d)
        self.grads[1][:] = np.einsum("nh,nk->hk", h_prev, d)
        self.grads[2][:] = np.einsum("nk->k", d)
        return np.einsum("nk,dk->nd", d, self.params[0]), np.einsum("nk,hk->nh", d, self.params[1]), dc * keep


class Cell(LSTM):
    share = False


class TimeLSTM:
    def __init__(self, Wx, Wh, b, stateful=False):
        self.params, self.grads, self.stateful = [Wx, Wh, b], [0 * Wx, 0 * Wh, 0 * b], stateful
        self.reset_state()

    def reset_state(self):
        self.state = None

    def set_state(self, h, c=None):
        self.state = h, 0 * h if c is None else c

    def forward(self, xs):
        zero = np.zeros((len(xs), len(self.params[1])))
        h, c = (self.state if self.stateful else None) or (zero, zero)
        start, self.layers, hs = c, [], []
        for x in xs.transpose(1, 0, 2):
            cell = Cell(*self.params)
            h, c = cell.forward(x, h, c)
            self.layers.append(cell)
            hs.append(h)
        self.state = h, start
        return np.stack(hs, axis=1)

    def backward(self, dhs):
        dh = dc = np.zeros_like(dhs[:, 0])
        totals, dxs = [0, 0, 0], []
        for t, cell in reversed(list(enumerate(self.layers))):
            dx, dh, dc = cell.backward(dh + dhs[:, t], dc)
            dxs.insert(0, dx)
            totals = [total + grad for total, grad in zip(totals, cell.grads, strict=True)]
        for grad, total in zip(self.grads, totals, strict=True):
            grad[:] = total
        return np.stack(dxs, axis=1)


class GRU:
    def __init__(self, Wx, Wh, b):
        self.params, self.grads = [Wx, Wh, b], [0 * Wx, 0 * Wh, 0 * b]

    def forward(self, x, h_prev):
        Wx, Wh, b = self.params
        H = len(Wh)
        u, v = x @ Wx + b, h_prev @ Wh
        z, r = squash(u[:, :H] + v[:, :H]), squash(u[:, H : 2 * H] + v[:, H : 2 * H])
        old = r * h_prev
        new = np.tanh(u[:, 2 * H :] + old @ Wh[:, 2 * H :])
        self.kept = x, h_prev, z, r, old, new
        return old + z * (new - old)

    def backward(self, dh_next):
        x, h_prev, z, r, old, new = self.kept
        Wx, Wh, _ = self.params
        H = len(Wh)
        dn = dh_next * z * (1 - new * new)
        dz = dh_next * (new - old) * z * (1 - z)
        dold = dn @ Wh[:, 2 * H :].T + dh_next * (1 - z)
        dr = dold * h_prev * r * (1 - r)
        gates, d = np.hstack((dz, dr)), np.hstack((dz, dr, dn))
        self.grads[0][:] = x.T @ d
        self.grads[1][:] = np.hstack((h_prev.T @ gates, old.T @ dn))
        self.grads[2][:] = d.sum(axis=0)
        return d @ Wx.T, gates @ Wh[:, : 2 * H].T + dold * r
