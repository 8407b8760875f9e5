# antlr4_grammar(<target> NAMESPACE <ns> LEXER <file.g4> PARSER <file.g4>)
#
# Generates a split grammar into the build tree and compiles it into the static
# library <target>, quarantined from our own compile settings: no warnings, no
# clang-tidy, no char8_t (the 4.7 tool writes u8"" literals into std::string
# tables), one optimisation level for all builds.
function(antlr4_grammar target)
  cmake_parse_arguments(ARG "" "NAMESPACE;LEXER;PARSER" "" ${ARGN})
  set(out "${CMAKE_CURRENT_BINARY_DIR}/${target}.gen")
  get_filename_component(lexer_path "${ARG_LEXER}" ABSOLUTE)
  get_filename_component(parser_path "${ARG_PARSER}" ABSOLUTE)
  get_filename_component(lexer "${ARG_LEXER}" NAME_WE)
  get_filename_component(parser "${ARG_PARSER}" NAME_WE)
  # Absolute input paths: with a relative path the tool appends the path's folder to -o.
  set(flags -Werror -Dlanguage=Cpp -no-listener -no-visitor -package ${ARG_NAMESPACE} -encoding UTF-8)

  add_custom_command(
    OUTPUT "${out}/${lexer}.cpp" "${out}/${lexer}.h" "${out}/${lexer}.tokens"
    BYPRODUCTS "${out}/${lexer}.interp"
    COMMAND ${Antlr4_TOOL} ${flags} -o "${out}" "${lexer_path}"
    DEPENDS "${lexer_path}" VERBATIM
    COMMENT "ANTLR ${lexer}")
  add_custom_command(
    OUTPUT "${out}/${parser}.cpp" "${out}/${parser}.h"
    BYPRODUCTS "${out}/${parser}.tokens" "${out}/${parser}.interp"
    COMMAND ${Antlr4_TOOL} ${flags} -lib "${out}" -o "${out}" "${parser_path}"
    DEPENDS "${parser_path}" "${out}/${lexer}.tokens" VERBATIM
    COMMENT "ANTLR ${parser}")

  add_library(${target} STATIC
    "${out}/${lexer}.cpp" "${out}/${lexer}.h" "${out}/${parser}.cpp" "${out}/${parser}.h")
  target_include_directories(${target} SYSTEM PUBLIC "${out}")
  target_include_directories(${target} BEFORE PUBLIC "${PROJECT_SOURCE_DIR}/src/language/parse/antlr_shim")
  target_link_libraries(${target} PUBLIC Antlr4::runtime)
  target_compile_options(${target} PRIVATE -w -fno-char8_t -O1)
  set_target_properties(${target} PROPERTIES CXX_CLANG_TIDY "" CXX_INCLUDE_WHAT_YOU_USE "")
endfunction()
