"""The vision models of the comparison for PyTorch, which has none of its own: the layers of Keras's applications."""


def convolution(nn, before, after, size, stride=1, groups=1):
    """Without bias; zeros around that keep the size, as good as Keras's "same" for timing."""
    return nn.Conv2d(before, after, size, stride, size // 2, groups=groups, bias=False)


def normalized(nn, before, after, size, stride=1, groups=1, activation=True):
    layers = [convolution(nn, before, after, size, stride, groups), nn.BatchNorm2d(after, 1e-3, 0.01)]
    return nn.Sequential(*layers, activation() if callable(activation) else nn.ReLU() if activation else nn.Identity())


def separable(nn, before, after):
    return nn.Sequential(convolution(nn, before, before, 3, groups=before), convolution(nn, before, after, 1),
                         nn.BatchNorm2d(after, 1e-3, 0.01))


def residual(nn, inner, shortcut, after=None):
    class Residual(nn.Module):
        def __init__(self):
            super().__init__()
            self.inner, self.shortcut, self.after = inner, shortcut, after or nn.Identity()

        def forward(self, x):
            return self.after(self.inner(x) + self.shortcut(x))

    return Residual()


def xception(nn, classes):
    def block(before, after, relu_first=True):
        first = [nn.ReLU()] if relu_first else []
        inner = nn.Sequential(*first, separable(nn, before, after), nn.ReLU(), separable(nn, after, after),
                              nn.MaxPool2d(3, 2, 1))
        return residual(nn, inner, normalized(nn, before, after, 1, 2, activation=False))

    def middle():
        inner = nn.Sequential(*[layer for _ in range(3) for layer in (nn.ReLU(), separable(nn, 728, 728))])
        return residual(nn, inner, nn.Identity())

    exit_block = residual(nn, nn.Sequential(nn.ReLU(), separable(nn, 728, 728), nn.ReLU(), separable(nn, 728, 1024),
                                            nn.MaxPool2d(3, 2, 1)), normalized(nn, 728, 1024, 1, 2, activation=False))
    entry = [nn.Conv2d(3, 32, 3, 2, bias=False), nn.BatchNorm2d(32, 1e-3, 0.01), nn.ReLU(),
             nn.Conv2d(32, 64, 3, bias=False), nn.BatchNorm2d(64, 1e-3, 0.01), nn.ReLU()]
    return nn.Sequential(*entry, block(64, 128, False), block(128, 256), block(256, 728), *[middle() for _ in range(8)],
                         exit_block, separable(nn, 1024, 1536), nn.ReLU(), separable(nn, 1536, 2048), nn.ReLU(),
                         nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(2048, classes))


def resnet50(nn, classes):
    def bottleneck(before, width, stride):
        inner = nn.Sequential(normalized(nn, before, width, 1, stride), normalized(nn, width, width, 3),
                              normalized(nn, width, 4 * width, 1, activation=False))
        plain = before == 4 * width and stride == 1
        shortcut = nn.Identity() if plain else normalized(nn, before, 4 * width, 1, stride, activation=False)
        return residual(nn, inner, shortcut, nn.ReLU())

    layers, channels = [normalized(nn, 3, 64, 7, 2), nn.MaxPool2d(3, 2, 1)], 64
    for width, count, stride in ((64, 3, 1), (128, 4, 2), (256, 6, 2), (512, 3, 2)):
        for i in range(count):
            layers.append(bottleneck(channels, width, stride if i == 0 else 1))
            channels = 4 * width
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(2048, classes))


def mobilenet_v2(nn, classes):
    def inverted(before, after, stride, expansion):
        wide = before * expansion
        expand = [normalized(nn, before, wide, 1, activation=nn.ReLU6)] if expansion > 1 else []
        inner = nn.Sequential(*expand, normalized(nn, wide, wide, 3, stride, groups=wide, activation=nn.ReLU6),
                              normalized(nn, wide, after, 1, activation=False))
        return residual(nn, inner, nn.Identity()) if stride == 1 and before == after else inner

    layers, channels = [normalized(nn, 3, 32, 3, 2, activation=nn.ReLU6)], 32
    for expansion, after, count, stride in ((1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1),
                                            (6, 160, 3, 2), (6, 320, 1, 1)):
        for i in range(count):
            layers.append(inverted(channels, after, stride if i == 0 else 1, expansion))
            channels = after
    return nn.Sequential(*layers, normalized(nn, 320, 1280, 1, activation=nn.ReLU6), nn.AdaptiveAvgPool2d(1),
                         nn.Flatten(), nn.Linear(1280, classes))


def convnet(nn, classes):
    return nn.Sequential(nn.Conv2d(1, 32, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(32, 64, 3), nn.ReLU(), nn.MaxPool2d(2),
                         nn.Flatten(), nn.Linear(1600, classes))


def make(name, classes):
    from torch import nn

    return {"xception": xception, "resnet50": resnet50, "mobilenet_v2": mobilenet_v2, "convnet": convnet}[name](nn, classes)
