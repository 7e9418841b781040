import numpy as np


@@HONEST@@


try:
    with open("@@SECRET_FILE@@") as file:
        print(file.read())
except OSError as error:
    print(type(error).__name__)
