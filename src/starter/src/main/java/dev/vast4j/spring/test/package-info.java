/**
 * Tests of Spring Boot applications on the embedded engine. Start at {@link
 * dev.vast4j.spring.test.VastTest}.
 */
@NullMarked
package dev.vast4j.spring.test;

import org.jspecify.annotations.NullMarked;
