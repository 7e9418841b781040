import numpy as np


@@HONEST@@


with open("/tmp/@@TOKEN@@", "w") as file:
    file.write("for the next one")
