# embed_text(<target> FUNCTION <writ::layer::Name> BASE <folder> FILES <file>...)
#
# Embeds text files into <target>: generates a source that defines
#   std::span<const writ::support::EmbeddedText> <FUNCTION>();
# sorted by name, where a name is the file's path relative to BASE. Declare the function in a header
# of the layer (see base/support/embedded.h). A changed file regenerates the source.
#
# The texts become raw string literals in pieces of at most 16 KB that the compiler joins: this
# compiles in a tenth of a second for megabytes, where an array of numbers takes many seconds.
# A file may hold any text without NUL and without the delimiter )writ-text".
set(WRIT_EMBED_TEXT_SCRIPT "${CMAKE_CURRENT_LIST_DIR}/EmbedTextScript.cmake")

function(embed_text target)
  cmake_parse_arguments(ARG "" "FUNCTION;BASE" "FILES" ${ARGN})
  string(REGEX REPLACE "^.*::" "" simple_name "${ARG_FUNCTION}")
  get_filename_component(base "${ARG_BASE}" ABSOLUTE)
  set(paths "")
  foreach(file IN LISTS ARG_FILES)
    get_filename_component(path "${file}" ABSOLUTE)
    list(APPEND paths "${path}")
  endforeach()
  list(SORT paths)
  set(list_file "${CMAKE_CURRENT_BINARY_DIR}/${simple_name}.list")
  set(output "${CMAKE_CURRENT_BINARY_DIR}/${simple_name}.embedded.cpp")
  string(REPLACE ";" "\n" lines "${paths}")
  # Written only when it changes, so that configuring again compiles nothing again.
  file(CONFIGURE OUTPUT "${list_file}" CONTENT "${lines}\n" @ONLY)
  add_custom_command(
    OUTPUT "${output}"
    COMMAND "${CMAKE_COMMAND}" "-DFUNCTION=${ARG_FUNCTION}" "-DBASE=${base}" "-DLIST=${list_file}"
            "-DOUTPUT=${output}" -P "${WRIT_EMBED_TEXT_SCRIPT}"
    DEPENDS ${paths} "${list_file}" "${WRIT_EMBED_TEXT_SCRIPT}" VERBATIM
    COMMENT "Embedding ${simple_name}")
  target_sources(${target} PRIVATE "${output}")
  # clang's -Wpedantic counts the characters of a literal.
  set_source_files_properties("${output}" PROPERTIES COMPILE_OPTIONS "-w")
endfunction()
