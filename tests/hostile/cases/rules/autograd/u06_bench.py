import numpy as np


@@HONEST@@


class ByAutograd(Affine):
    def backward(self, dout):
        from torch import autograd

        return autograd.grad(self.out, self.x, dout)
