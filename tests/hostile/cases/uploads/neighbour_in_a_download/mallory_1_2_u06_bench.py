from lee_3_4_u06_bench import Affine, sigmoid
