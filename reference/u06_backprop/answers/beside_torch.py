# right: torch is imported to compare with, and used for nothing that is graded
import numpy as np
import torch


class Tanh:
    def forward(self, x):
        self.out = np.tanh(x)
        return self.out

    def backward(self, dout):
        return dout * (1 - self.out**2)


class Relu:
    def forward(self, x):
        self.mask = x > 0
        return np.where(self.mask, x, 0.0)

    def backward(self, dout):
        return np.where(self.mask, dout, 0.0)


def compare():
    x = torch.linspace(-2, 2, 5, dtype=torch.float64, requires_grad=True)
    torch.tanh(x).sum().backward()
    layer = Tanh()
    layer.forward(x.detach().numpy())
    return np.abs(layer.backward(np.ones(5)) - x.grad.numpy()).max()
