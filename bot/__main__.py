"""python -m bot"""

from bot.cli import main

if __name__ == "__main__":  # a process started beside this one reads the file too
    main()
