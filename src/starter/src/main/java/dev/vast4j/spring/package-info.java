/**
 * vast4j in Spring Boot: {@code vast4j.*} properties, remote interfaces as beans, a deployment that
 * follows the application's life. Start at {@link dev.vast4j.spring.VastProperties}.
 */
@NullMarked
package dev.vast4j.spring;

import org.jspecify.annotations.NullMarked;
