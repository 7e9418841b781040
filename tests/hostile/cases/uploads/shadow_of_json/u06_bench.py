import json
import numpy as np


@@HONEST@@
