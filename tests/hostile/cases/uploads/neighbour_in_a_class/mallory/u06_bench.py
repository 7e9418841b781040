import sys

sys.path.append('lee')
sys.path.append('../lee')
sys.path.append(__file__.rsplit('/', 2)[0] + '/lee')
from answer_of_lee import Affine, sigmoid
