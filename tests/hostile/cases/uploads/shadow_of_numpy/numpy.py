open('@@MARKER@@', 'w').close()
