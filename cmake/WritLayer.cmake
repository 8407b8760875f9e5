# writ_layer(<name> SOURCES <file>... [LINKS <target>...])
#
# Declares the static library writ_<name> of one layer; its headers lie beside its sources and are
# included by their path below src/. LINKS names the layers below (writ_*)
# and third-party targets.
function(writ_layer name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINKS" ${ARGN})
  add_library(writ_${name} STATIC ${ARG_SOURCES})
  target_include_directories(writ_${name} PUBLIC "${PROJECT_SOURCE_DIR}/src")
  target_link_libraries(writ_${name} PRIVATE writ_warnings PUBLIC fmt::fmt ${ARG_LINKS})
endfunction()

# writ_unit(<layer> SOURCES <file>... [LINKS <target>...])
#
# The unit tests of one layer: an executable that links that layer only.
function(writ_unit layer)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINKS" ${ARGN})
  add_executable(unit_${layer} ${ARG_SOURCES} $<TARGET_OBJECTS:writ_doctest_main>)
  target_include_directories(unit_${layer} PRIVATE "${PROJECT_SOURCE_DIR}/src" "${PROJECT_SOURCE_DIR}/tests")
  target_link_libraries(unit_${layer} PRIVATE writ_warnings writ_${layer} doctest::doctest ${ARG_LINKS})
  add_test(NAME unit_${layer} COMMAND unit_${layer})
endfunction()
