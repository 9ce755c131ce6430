"""Several small perceptrons trained at once: the overhead of a step is paid once."""

import torch


class StackedMLP:
    """K perceptrons with ReLU side by side as batched matrix products, differentiated by hand.

    Parameters
    ----------
    weights, biases : lists of tensors
        A layer each, of shapes (K, out, in) and (K, 1, out).
    gradients : list of tensors
        Where to write their gradients, in the order weight, bias, weight, bias, …
    """

    def __init__(self, weights, biases, gradients):
        self.weights, self.biases = weights, biases
        self.weight_grads, self.bias_grads = gradients[::2], gradients[1::2]
        self.buffers = {}

    def _buffers(self, z):
        """Room for each layer's output and its gradient; minibatches come in at most two sizes."""
        key = z.shape[1]
        if key not in self.buffers:
            if len(self.buffers) == 4:
                self.buffers.clear()
            self.buffers[key] = [
                (z.new_empty(*z.shape[:2], w.shape[1]), z.new_empty(*z.shape[:2], w.shape[1]))
                for w in self.weights
            ]
        return self.buffers[key]

    def forward(self, z):
        """Map (K, n, d) to values of shape (K, n)."""
        self.room, self.inputs = self._buffers(z), []
        for layer, (w, b, (out, _)) in enumerate(zip(self.weights, self.biases, self.room, strict=True)):
            if layer:
                z = z.relu_()
            self.inputs.append(z)
            z = torch.baddbmm(b, z, w.mT, out=out)
        return z[..., 0]

    def backward(self, gradient):
        """Write the gradients of the parameters, given those of the values, (K, n)."""
        g = gradient.unsqueeze(-1)
        for layer in reversed(range(len(self.weights))):
            a = self.inputs[layer]
            self._weight_gradient(g, a, self.weight_grads[layer])
            torch.sum(g, 1, keepdim=True, out=self.bias_grads[layer])
            if layer:
                product = torch.mul if g.shape[-1] == 1 else torch.bmm
                g = product(g, self.weights[layer], out=self.room[layer - 1][1])
                g = torch.ops.aten.threshold_backward.grad_input(g, a, 0, grad_input=g)

    @staticmethod
    def _weight_gradient(g, a, out):
        """gᵀ a; the matrix product is several times quicker with the wide matrix on the right."""
        if a.shape[-1] < g.shape[-1]:
            out.copy_(torch.bmm(a.mT, g).mT)
        else:
            torch.bmm(g.mT, a, out=out)
