# What most files include, compiled once for each level of optimisation. Off under a compiler
# launcher: ccache does not keep what was compiled against a precompiled header unless it is told
# to. Files include what they use all the same; a build without them shows it.
set(precompile ON)
if(CMAKE_CXX_COMPILER_LAUNCHER)
  set(precompile OFF)
endif()
option(WRIT_QUICK "Compile a release for a first try: in two thirds of the time, slower at work, without warnings" OFF)
if(WRIT_QUICK)
  set(WRIT_LEVEL_full -Og)
  set(WRIT_LEVEL_light -Og)
else()
  set(WRIT_LEVEL_full -O2)
  set(WRIT_LEVEL_light -O1)
endif()
option(WRIT_PRECOMPILED_HEADERS "Precompile the headers that most files include" ${precompile})
if(WRIT_PRECOMPILED_HEADERS)
  foreach(level full light)
    add_library(writ_headers_${level} OBJECT "${PROJECT_SOURCE_DIR}/cmake/headers.cpp")
    target_link_libraries(writ_headers_${level} PRIVATE writ_warnings fmt::fmt)
    target_precompile_headers(writ_headers_${level} PRIVATE <algorithm> <cstddef> <cstdint> <functional> <iterator> <map>
      <memory> <optional> <ranges> <set> <string> <string_view> <utility> <variant> <vector> <fmt/format.h>)
    target_compile_options(writ_headers_${level} PRIVATE $<$<CONFIG:Release>:${WRIT_LEVEL_${level}}>)
  endforeach()
endif()

option(WRIT_UNITY "Compile several files of a layer as one: a build from nothing takes half the time" OFF)
if(WRIT_UNITY)
  include(unity_groups)
endif()

set(WRIT_OPTIMIZED_LAYERS "" CACHE STRING
    "Layers that a debug build compiles with -O1: where the tests spend their time")

# writ_layer(<name> [FULL] SOURCES <file>... [LINKS <target>...])
#
# Declares the static library writ_<name> of one layer; its headers lie beside its sources and are
# included by their path below src/. LINKS names the layers below (writ_*) and third-party targets.
# FULL: a release spends its time here, so it is compiled with -O2; all other layers are compiled
# with -O1, which takes a quarter less time to compile. With WRIT_QUICK, all are compiled with -Og.
function(writ_layer name)
  cmake_parse_arguments(ARG "FULL" "" "SOURCES;LINKS" ${ARGN})
  add_library(writ_${name} STATIC ${ARG_SOURCES})
  target_include_directories(writ_${name} PUBLIC "${PROJECT_SOURCE_DIR}/src")
  # A target with the property WRIT_STATIC brings fmt along itself: Debian has no archive of it.
  target_link_libraries(writ_${name} PRIVATE writ_warnings
    PUBLIC $<$<NOT:$<BOOL:$<TARGET_PROPERTY:WRIT_STATIC>>>:fmt::fmt> ${ARG_LINKS})
  set(level light)
  if(ARG_FULL)
    set(level full)
  endif()
  target_compile_options(writ_${name} PRIVATE $<$<CONFIG:Release>:${WRIT_LEVEL_${level}}>)
  if(name IN_LIST WRIT_OPTIMIZED_LAYERS)
    target_compile_options(writ_${name} PRIVATE $<$<CONFIG:Debug>:${WRIT_LEVEL_light}>)
  endif()
  if(WRIT_UNITY)
    set_target_properties(writ_${name} PROPERTIES UNITY_BUILD ON UNITY_BUILD_MODE GROUP)
    # It warns of types of an unnamed namespace in a file that another one includes.
    target_compile_options(writ_${name} PRIVATE -Wno-subobject-linkage)
    set(number 1)
    while(DEFINED unity_${name}_${number})
      set_source_files_properties(${unity_${name}_${number}} PROPERTIES UNITY_GROUP ${name}_${number})
      math(EXPR number "${number} + 1")
    endwhile()
  endif()
  # What is precompiled at one level cannot be used at another.
  if(WRIT_PRECOMPILED_HEADERS AND NOT name IN_LIST WRIT_OPTIMIZED_LAYERS)
    target_precompile_headers(writ_${name} REUSE_FROM writ_headers_${level})
  endif()
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
