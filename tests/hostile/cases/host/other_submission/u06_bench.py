exec(open("@@NEIGHBOUR@@").read())
