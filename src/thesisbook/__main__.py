from thesisbook.cli import main

main()
