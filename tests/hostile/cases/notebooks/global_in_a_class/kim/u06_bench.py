import numpy as np


@@HONEST@@
