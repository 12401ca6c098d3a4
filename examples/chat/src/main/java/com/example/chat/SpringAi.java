package com.example.chat;

import org.springframework.ai.openai.OpenAiChatModel;
import org.springframework.ai.openai.OpenAiChatOptions;
import org.springframework.ai.openai.api.OpenAiApi;

/** Prints a model's answer token by token, through Spring AI. */
public final class SpringAi {
  private SpringAi() {}

  public static void main(String[] args) {
    try (Chat chat = Chat.open()) {
      // Spring AI 1 appends /v1 itself.
      String url = chat.endpoint().openAiUrl().toString().replaceFirst("/v1$", "");
      OpenAiChatModel model =
          OpenAiChatModel.builder()
              .openAiApi(OpenAiApi.builder().baseUrl(url).apiKey(chat.apiKey()).build())
              .defaultOptions(OpenAiChatOptions.builder().model("any").build())
              .build();

      model.stream(Chat.QUESTION).toStream().forEach(chat::show);
      chat.summarize();
    }
  }
}
