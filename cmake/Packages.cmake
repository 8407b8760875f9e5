# The Debian package, by CPack from the install rules. The other packages are made of the same files
# by tools/package.
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME writ)
set(CPACK_PACKAGE_VENDOR "The Writ authors")
set(CPACK_PACKAGE_CONTACT "The Writ authors <writ@users.noreply.github.com>")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_COMPONENTS_ALL command debian)
set(CPACK_COMPONENTS_GROUPING ALL_COMPONENTS_IN_ONE)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION admin)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION "policy language and compiler for AI on AWS
Writ governs who may use which AI models on AWS. Sentences that a security
reviewer can read aloud are compiled to IAM policies, permission sets, service
control policies and guardrail requests, with a proof that the result means
what the sentences say, and each change is shown as requests.")
include(CPack)
