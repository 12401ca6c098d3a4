package com.example.chat;

import dev.langchain4j.http.client.jdk.JdkHttpClient;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.openai.OpenAiStreamingChatModel;
import java.net.http.HttpClient;
import java.util.concurrent.CompletableFuture;

/** Prints a model's answer token by token, through LangChain4j. */
public final class Main {
  private Main() {}

  public static void main(String[] args) {
    try (Chat chat = Chat.open()) {
      OpenAiStreamingChatModel model =
          OpenAiStreamingChatModel.builder()
              .baseUrl(chat.endpoint().openAiUrl().toString())
              .apiKey(chat.apiKey())
              .modelName("any") // required, and ignored: the endpoint has one model
              // Some servers stumble over the client's offer to change to HTTP/2.
              .httpClientBuilder(
                  JdkHttpClient.builder()
                      .httpClientBuilder(
                          HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1)))
              .build();

      CompletableFuture<Void> done = new CompletableFuture<>();
      model.chat(
          Chat.QUESTION,
          new StreamingChatResponseHandler() {
            @Override
            public void onPartialResponse(String token) {
              chat.show(token);
            }

            @Override
            public void onCompleteResponse(ChatResponse response) {
              done.complete(null);
            }

            @Override
            public void onError(Throwable error) {
              done.completeExceptionally(error);
            }
          });
      done.join();
      chat.summarize();
    }
  }
}
