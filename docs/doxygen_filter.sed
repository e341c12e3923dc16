# Plain // comments as Doxygen's: the one at a file's top is about the file, one
# at a line's end about what stands before it, others about what follows.
1s,^// ,/// \\file\n/// ,
s,^\( *\)//\( \|$\),\1///\2,
s,\([^ /].*\)  // ,\1  ///< ,
