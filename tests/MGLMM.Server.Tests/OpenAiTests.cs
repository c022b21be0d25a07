using System.ClientModel;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using MGLMM.Masks;
using Microsoft.SemanticKernel;
using Microsoft.SemanticKernel.ChatCompletion;
using OpenAI;
using OpenAI.Chat;
using OpenAI.Models;

namespace MGLMM.Server.Tests;

/// <summary>The model behind OpenAI's chat completions, as its own client and Semantic Kernel's connector read it.</summary>
public sealed class OpenAiTests
{
    private const string Answer = "There is <p> a left half </p> [SEG] and <p> a right half </p> [SEG].";

    [Fact]
    public async Task The_openai_client_asks_and_streams()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        OpenAIClient open = new(new ApiKeyCredential("unused"), new OpenAIClientOptions { Endpoint = new Uri(server.Address, "/v1") });
        OpenAIModel model = Assert.Single((await open.GetOpenAIModelClient().GetModelsAsync()).Value);
        Assert.Equal("scripted", model.Id);

        ChatClient chat = open.GetChatClient(model.Id);
        ChatMessage[] messages =
        [
            new SystemChatMessage("You are helpful."),
            new UserChatMessage(
                ChatMessageContentPart.CreateImagePart(BinaryData.FromBytes(Requests.Png()), "image/png"), ChatMessageContentPart.CreateTextPart("Which halves?")),
        ];
        ChatCompletion completion = (await chat.CompleteChatAsync(messages, new ChatCompletionOptions { MaxOutputTokenCount = 50 })).Value;
        Assert.Equal((Answer, ChatFinishReason.Stop, "scripted"), (completion.Content[0].Text, completion.FinishReason, completion.Model));
        Assert.Equal((10, completion.Usage.OutputTokenCount + 10), (completion.Usage.InputTokenCount, completion.Usage.TotalTokenCount));

        string text = string.Empty;
        ChatFinishReason? reason = null;
        ChatTokenUsage? usage = null;
        int pieces = 0;
        await foreach (StreamingChatCompletionUpdate? update in chat.CompleteChatStreamingAsync(messages))
        {
            text += string.Concat(update.ContentUpdate.Select(part => part.Text));
            reason ??= update.FinishReason;
            usage ??= update.Usage;
            pieces++;
        }

        Assert.Equal((Answer, ChatFinishReason.Stop), (text, reason));
        Assert.True(pieces > 5);
        Assert.Equal(completion.Usage.TotalTokenCount, usage?.TotalTokenCount);
    }

    [Fact]
    public async Task Semantic_kernels_connector_asks_and_streams()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        IKernelBuilder builder = Kernel.CreateBuilder();
        builder.AddOpenAIChatCompletion("scripted", new Uri(server.Address, "/v1"), apiKey: "unused");
        IChatCompletionService chat = builder.Build().GetRequiredService<IChatCompletionService>();
        ChatHistory history = new();
        history.AddUserMessage([new ImageContent(Requests.Png(), "image/png"), new TextContent("Which halves?")]);
        Microsoft.SemanticKernel.ChatMessageContent message = await chat.GetChatMessageContentAsync(history);
        Assert.Equal(Answer, message.Content);
        history.Add(message);
        history.AddUserMessage("And which is larger?");
        AskOptions? asked = null;
        server.Model.Answer = (_, options) =>
        {
            asked = options;
            return "Neither.</s>";
        };
        string text = string.Empty;
        await foreach (StreamingChatMessageContent piece in chat.GetStreamingChatMessageContentsAsync(history))
        {
            text += piece.Content;
        }

        Assert.Equal("Neither.", text);
        Assert.Equal([new EarlierTurn("Which halves?", Answer)], asked!.EarlierTurns);
    }

    [Fact]
    public async Task Regions_come_beside_the_text()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        using HttpResponseMessage response = await server.Client.PostAsync("/v1/chat/completions", Question(stream: false));
        JsonElement body = await response.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal("chat.completion", body.GetProperty("object").GetString());
        JsonElement message = body.GetProperty("choices")[0].GetProperty("message");
        Assert.Equal(("assistant", Answer), (message.GetProperty("role").GetString(), message.GetProperty("content").GetString()));
        CheckSegments(message.GetProperty("segments"));

        using HttpResponseMessage streamed = await server.Client.PostAsync("/v1/chat/completions", Question(stream: true));
        Assert.Equal("text/event-stream", streamed.Content.Headers.ContentType!.MediaType);
        string[] events = (await streamed.Content.ReadAsStringAsync()).Split("\n\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.All(events, line => Assert.StartsWith("data: ", line, StringComparison.Ordinal));
        Assert.Equal("data: [DONE]", events[^1]);
        JsonElement[] chunks = events[..^1].Select(line => JsonSerializer.Deserialize<JsonElement>(line["data: ".Length..])).ToArray();
        Assert.Single(chunks.Select(chunk => chunk.GetProperty("id").GetString()).Distinct());
        Assert.Equal("assistant", chunks[0].GetProperty("choices")[0].GetProperty("delta").GetProperty("role").GetString());
        JsonElement last = chunks[^1].GetProperty("choices")[0];
        Assert.Equal("stop", last.GetProperty("finish_reason").GetString());
        CheckSegments(last.GetProperty("delta").GetProperty("segments"));

        static void CheckSegments(JsonElement segments)
        {
            Assert.Equal(["a left half", "a right half"], segments.EnumerateArray().Select(segment => segment.GetProperty("phrase").GetString()));
            Assert.Equal([20, 0, 40, 30], segments[1].GetProperty("box_xyxy_px").EnumerateArray().Select(value => value.GetInt32()));
            JsonElement mask = segments[1].GetProperty("mask");
            Assert.Equal(600, CocoRle.Decode(mask.GetProperty("counts").GetString()!, mask.GetProperty("size")[1].GetInt32(), mask.GetProperty("size")[0].GetInt32()).Area);
        }
    }

    /// <summary>As OpenAI's own endpoint takes them.</summary>
    [Fact]
    public async Task What_is_null_is_left_out_and_the_name_for_any_model_is_found()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        object[] messages = [new { role = "user", content = new object[] { new { type = "image_url", image_url = new { url = Requests.DataUri() } }, new { type = "text", text = "Which halves?" } } }];
        using HttpResponseMessage whole = await server.Client.PostAsync("/v1/chat/completions", Requests.Json(new
        {
            model = (string?)null, messages, stream = (bool?)null, stream_options = (object?)null, max_tokens = (int?)null, max_completion_tokens = (int?)null, n = (int?)null, tool_choice = (object?)null,
        }));
        Assert.Equal("chat.completion", (await whole.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("object").GetString());
        using HttpResponseMessage streamed = await server.Client.PostAsync(
            "/v1/chat/completions", Requests.Json(new { model = "mglmm", messages, stream = true, stream_options = new { include_usage = (bool?)null } }));
        Assert.DoesNotContain("\"usage\"", await streamed.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.True(streamed.IsSuccessStatusCode);

        foreach (string name in (string[])["mglmm", "scripted"])
        {
            Assert.Equal("scripted", (await server.Client.GetFromJsonAsync<JsonElement>($"/v1/models/{name}")).GetProperty("id").GetString());
        }

        Assert.Equal(HttpStatusCode.NotFound, (await server.Client.GetAsync("/v1/models/gpt-9")).StatusCode);
    }

    [Theory]
    [InlineData("{", 400, "invalid_request")]
    [InlineData("{}", 400, "invalid_request")]
    [InlineData("null", 400, "invalid_request")]
    [InlineData("""{"messages":[null]}""", 400, "invalid_request")]
    [InlineData("""{"messages":[{"role":"user","content":"What?"}]}""", 400, "invalid_request")]
    [InlineData("""{"messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"https://example.com/a.png"}},{"type":"text","text":"What?"}]}]}""", 400, "invalid_request")]
    [InlineData("""{"messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA"}},{"type":"text","text":"What?"}]}]}""", 400, "image_unreadable")]
    [InlineData("""{"messages":[{"role":"robot","content":"What?"}]}""", 400, "invalid_request")]
    [InlineData("""{"messages":[{"role":"user","content":[{"type":"video"}]}]}""", 400, "invalid_request")]
    [InlineData("""{"messages":[{"role":"user","content":7}]}""", 400, "invalid_request")]
    [InlineData("""{"model":"gpt-9","messages":[{"role":"user","content":"What?"}]}""", 404, "model_not_found")]
    [InlineData("""{"n":2,"messages":[{"role":"user","content":"What?"}]}""", 400, "invalid_request")]
    [InlineData("""{"tool_choice":"required","messages":[{"role":"user","content":"What?"}]}""", 400, "invalid_request")]
    public async Task What_is_wrong_is_told_as_openai_tells_it(string request, int status, string code)
    {
        await using RunningServer server = await RunningServer.StartAsync();
        using HttpResponseMessage response = await server.Client.PostAsync("/v1/chat/completions", new StringContent(request, System.Text.Encoding.UTF8, "application/json"));
        Assert.Equal(status, (int)response.StatusCode);
        JsonElement error = (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("error");
        Assert.Equal(code, error.GetProperty("code").GetString());
        Assert.DoesNotContain("Parameter", error.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_busy_model_says_when_to_come_again_before_and_in_a_stream()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        server.Model.Answer = (_, _) => throw new EngineBusyException(32, TimeSpan.FromSeconds(7));
        foreach (bool stream in (bool[])[false, true])
        {
            using HttpResponseMessage response = await server.Client.PostAsync("/v1/chat/completions", Question(stream));
            Assert.Equal((HttpStatusCode.TooManyRequests, TimeSpan.FromSeconds(7)), (response.StatusCode, response.Headers.RetryAfter?.Delta));
        }

        server.Model.Answer = (_, _) => throw new InvalidOperationException("/secret/path");
        using HttpResponseMessage failed = await server.Client.PostAsync("/v1/chat/completions", Question(stream: false));
        Assert.Equal(HttpStatusCode.InternalServerError, failed.StatusCode);
        Assert.DoesNotContain("/secret", await failed.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_that_is_busy_once_the_stream_has_begun_says_so_in_it()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        server.Model.Held = _ => throw new EngineBusyException(32, TimeSpan.FromSeconds(7));
        using HttpResponseMessage response = await server.Client.PostAsync("/v1/chat/completions", Question(stream: true));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Contains("\"rate_limit_error\"", (await response.Content.ReadAsStringAsync()).Split("data: ")[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_that_leaves_the_stream_ends_the_answer()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        TaskCompletionSource ended = new();
        server.Model.Held = async token =>
        {
            await using CancellationTokenRegistration registration = token.Register(ended.SetResult);
            await Task.Delay(Timeout.Infinite, token);
        };
        using (HttpRequestMessage request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions") { Content = Question(stream: true) })
        using (HttpResponseMessage response = await server.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead))
        await using (Stream body = await response.Content.ReadAsStreamAsync())
        {
            Assert.Equal("no", Assert.Single(response.Headers.GetValues("X-Accel-Buffering")));
            Assert.NotEqual(0, await body.ReadAsync(new byte[16]));
        }

        await ended.Task;
    }

    private static StringContent Question(bool stream) => Requests.Json(new
    {
        model = "mglmm",
        stream,
        messages = new object[]
        {
            new
            {
                role = "user",
                content = new object[] { new { type = "image_url", image_url = new { url = Requests.DataUri() } }, new { type = "text", text = "Which halves?" } },
            },
        },
    });
}
