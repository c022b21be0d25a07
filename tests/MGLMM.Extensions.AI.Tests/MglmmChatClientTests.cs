using System.Text.Json;
using MGLMM.Imaging;
using MGLMM.Masks;
using MGLMM.Runtime;
using Microsoft.Extensions.AI;

namespace MGLMM.Extensions.AI.Tests;

/// <summary>The model as a chat client: what the official code said, in the forms of Microsoft.Extensions.AI.</summary>
public sealed class MglmmChatClientTests(OracleFixture oracle)
{
    [Fact]
    public async Task A_dialogue_is_the_one_of_the_official_code()
    {
        using IChatClient client = oracle.Model.AsIChatClient();
        List<ChatMessage> chat = [new(ChatRole.System, "You are helpful."), Asked("landscape_97x61__gcg", Picture("landscape_97x61"))];
        foreach (string name in (string[])["landscape_97x61__gcg", "landscape_97x61__followup"])
        {
            if (name.EndsWith("followup", StringComparison.Ordinal))
            {
                chat.Add(Asked(name));
            }

            JsonElement truth = oracle.Case(name);
            ChatResponse response = await client.GetResponseAsync(chat, new ChatOptions { MaxOutputTokens = 48 });
            string text = truth.GetProperty("text_output").GetString()!;
            Assert.Equal(text.Replace("</s>", string.Empty, StringComparison.Ordinal), response.Text);
            Assert.Equal(truth.GetProperty("generated_ids").GetArrayLength(), response.Usage!.OutputTokenCount);
            Assert.Equal(ChatFinishReason.Stop, response.FinishReason);
            Assert.Equal(truth.GetProperty("prompt").GetString(), Assert.IsType<GroundedAnswer>(response.RawRepresentation).Prompt);
            Assert.Equal(truth.GetProperty("n_masks").GetInt32() - truth.GetProperty("n_masks_from_prompt").GetInt32(), response.Segments().Count);

            ChatResponse streamed = await client.GetStreamingResponseAsync(chat, new ChatOptions { MaxOutputTokens = 48 }).ToChatResponseAsync();
            Assert.Equal(response.Text, streamed.Text);
            Assert.Equal(
                (response.FinishReason, response.ModelId, response.Usage.OutputTokenCount, response.Usage.InputTokenCount),
                (streamed.FinishReason, streamed.ModelId, streamed.Usage!.OutputTokenCount, streamed.Usage.InputTokenCount));
            Assert.Equal(response.Segments().Select(segment => (segment.Phrase, segment.Mask)), streamed.Segments().Select(segment => (segment.Phrase, segment.Mask)));
            chat.AddRange(response.Messages);
        }
    }

    [Fact]
    public async Task Regions_are_named_as_the_tool_names_them_and_survive_serialisation()
    {
        using IChatClient client = new ScriptedGroundingModel().AsIChatClient();
        ChatResponse response = await client.GetResponseAsync([Question("Which halves?", Grey(40, 30))]);
        Assert.Equal("There is <p> a left half </p> [SEG] and <p> a right half </p> [SEG].", response.Text);
        JsonElement json = JsonSerializer.SerializeToElement(response.Messages[0].AdditionalProperties!["segments"], AIJsonUtilities.DefaultOptions);
        Assert.Equal(2, json.GetArrayLength());
        Assert.Equal(["phrase", "start", "end", "area_px", "box_xyxy_px", "mask"], json[1].EnumerateObject().Select(member => member.Name));
        Assert.Equal([20, 0, 40, 30], json[1].GetProperty("box_xyxy_px").EnumerateArray().Select(value => value.GetInt32()));
        Assert.Equal(600, CocoRle.Decode(json[1].GetProperty("mask").GetProperty("counts").GetString()!, 40, 30).Area);
        string whole = JsonSerializer.Serialize(response, AIJsonUtilities.DefaultOptions);
        Assert.Contains("\"a right half\"", whole, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_history_since_the_last_picture_is_the_dialogue()
    {
        ScriptedGroundingModel model = new();
        List<(string Instruction, AskOptions Options)> asked = new();
        model.Answer = (instruction, options) =>
        {
            asked.Add((instruction, options));
            return "Yes.</s>";
        };
        using MglmmChatClient client = new(model, new MglmmChatClientOptions { MaximumNewTokens = 100 });
        await client.GetResponseAsync(
            [
                Question("About another picture?", Grey(8, 8)),
                new(ChatRole.Assistant, "No."),
                Question("What is this?", Grey(9, 9)),
                new(ChatRole.Assistant, "<p> A dog </p> [SEG]"),
                Question("Where?"),
                Question("Exactly where?"),
                new(ChatRole.Assistant, "Here."),
                new(ChatRole.System, "Be brief."),
                Question("Sure?"),
            ],
            new ChatOptions { MaxOutputTokens = 1_000 });
        (string question, AskOptions options) = Assert.Single(asked);
        Assert.Equal("Sure?", question);
        Assert.Equal(100, options.MaximumNewTokens);
        Assert.Equal([new("What is this?", "<p> A dog </p> [SEG]"), new EarlierTurn("Where?\nExactly where?", "Here.")], options.EarlierTurns);
    }

    [Fact]
    public async Task A_dialogue_that_is_too_long_loses_its_oldest_turns()
    {
        ScriptedGroundingModel model = new() { Answer = (_, options) => options.EarlierTurns.Count > 1 ? throw new PromptTooLongException(500, 400) : $"{options.EarlierTurns[0].Instruction}</s>" };
        using IChatClient client = model.AsIChatClient();
        ChatMessage[] chat =
        [
            Question("One?", Grey(8, 8)), new(ChatRole.Assistant, "1"), Question("Two?"), new(ChatRole.Assistant, "2"), Question("Three?"), new(ChatRole.Assistant, "3"), Question("Four?"),
        ];
        Assert.Equal("Three?", (await client.GetResponseAsync(chat)).Text);
        Assert.Equal("Three?", (await client.GetStreamingResponseAsync(chat).ToChatResponseAsync()).Text);
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => client.GetResponseAsync([Question("One?", Grey(8, 8))]));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_dialogue_of_thousands_of_turns_is_tried_a_few_times_with_its_newest(bool streams)
    {
        const int Turns = 20_000, Most = 20;
        List<int> tried = [];
        ScriptedGroundingModel model = new()
        {
            Answer = (_, options) =>
            {
                tried.Add(options.EarlierTurns.Count);
                return options.EarlierTurns.Count > Most ? throw new PromptTooLongException(5_000, 400) : $"{options.EarlierTurns[^1].Instruction}</s>";
            },
        };
        using IChatClient client = model.AsIChatClient();
        ChatMessage[] chat =
        [
            Question("0?", Grey(8, 8)), .. Enumerable.Range(1, Turns).SelectMany(number => (ChatMessage[])[new(ChatRole.Assistant, "Yes."), Question($"{number}?")]),
        ];
        ChatResponse response = streams ? await client.GetStreamingResponseAsync(chat).ToChatResponseAsync() : await client.GetResponseAsync(chat);
        Assert.Equal($"{Turns - 1}?", response.Text);
        Assert.InRange(tried.Count, 2, 20);
        Assert.InRange(tried[0], Most, 1_000);
        Assert.InRange(tried[^1], Most / 2, Most);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_dialogue_that_is_too_long_is_not_tried_again_for_one_who_has_left(bool streams)
    {
        using CancellationTokenSource leaving = new();
        int tried = 0;
        ScriptedGroundingModel model = new()
        {
            Answer = (_, _) =>
            {
                tried++;
                leaving.Cancel();
                throw new PromptTooLongException(500, 400);
            },
        };
        using IChatClient client = model.AsIChatClient();
        ChatMessage[] chat = [Question("One?", Grey(8, 8)), new(ChatRole.Assistant, "1"), Question("Two?"), new(ChatRole.Assistant, "2"), Question("Three?")];
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => streams
            ? client.GetStreamingResponseAsync(chat, cancellationToken: leaving.Token).ToChatResponseAsync(CancellationToken.None)
            : client.GetResponseAsync(chat, cancellationToken: leaving.Token));
        Assert.Equal(1, tried);
    }

    [Theory]
    [InlineData("a<", "/", "s", ">")]
    [InlineData("a </p", "> b</s", ">")]
    [InlineData("a </s> b", " < ", "c</s>")]
    [InlineData("no end", "<")]
    public void The_end_token_is_taken_off_wherever_it_is_cut(params string[] pieces)
    {
        EndTokenFilter filter = new();
        string told = string.Concat(pieces.Select(filter.Next)) + filter.End();
        string whole = string.Concat(pieces);
        Assert.Equal(whole.EndsWith("</s>", StringComparison.Ordinal) ? whole[..^4] : whole, told);
    }

    [Fact]
    public async Task What_is_no_question_about_a_picture_is_refused_with_what_to_do()
    {
        using IChatClient client = new ScriptedGroundingModel().AsIChatClient();
        await Refused("data URI", Question("What is this?"));
        await Refused("question", new ChatMessage(ChatRole.User, [Grey(8, 8)]));
        await Refused("question", Question("What?", Grey(8, 8)), new ChatMessage(ChatRole.Assistant, "That."));
        await Refused("one picture", new ChatMessage(ChatRole.User, [Grey(8, 8), Grey(9, 9), new TextContent("Which?")]));
        await Refused("not fetched", new ChatMessage(ChatRole.User, [new UriContent("https://example.com/a.png", "image/png"), new TextContent("What?")]));
        await Assert.ThrowsAsync<ImageFormatException>(() => client.GetResponseAsync([Question("What?", new DataContent(new byte[] { 1, 2, 3 }, "image/png"))]));

        async Task Refused(string part, params ChatMessage[] chat)
        {
            Assert.Contains(part, (await Assert.ThrowsAsync<ArgumentException>(() => client.GetResponseAsync(chat))).Message, StringComparison.Ordinal);
            Assert.Contains(part, (await Assert.ThrowsAsync<ArgumentException>(() => client.GetStreamingResponseAsync(chat).ToChatResponseAsync())).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Leaving_a_stream_ends_the_answer()
    {
        ScriptedGroundingModel model = new();
        using IChatClient client = model.AsIChatClient();
        await foreach (ChatResponseUpdate update in client.GetStreamingResponseAsync([Question("Which?", Grey(8, 8))]))
        {
            Assert.Equal("There", update.Text);
            break;
        }

        Assert.Equal((1, 0), (model.Cancelled, model.UnderWay));
    }

    [Fact]
    public void Services_behind_the_client_are_found()
    {
        using IChatClient client = oracle.Model.AsIChatClient();
        Assert.Same(oracle.Model, client.GetService<IGroundingModel>());
        Assert.Same(oracle.Model, client.GetService<MglmmModel>());
        Assert.Same(client, client.GetService<MglmmChatClient>());
        Assert.Equal(("mglmm", oracle.Model.Card.Name), (client.GetService<ChatClientMetadata>()!.ProviderName, client.GetService<ChatClientMetadata>()!.DefaultModelId));
        Assert.Null(client.GetService<string>());
        client.Dispose();
        Assert.Equal(ModelState.Ready, oracle.Model.Status.State);
    }

    private static ChatMessage Question(string text, DataContent? picture = null) =>
        new(ChatRole.User, picture is null ? [new TextContent(text)] : [picture, new TextContent(text)]);

    private static DataContent Grey(int width, int height) => new(PngWriter.Encode(RgbImage.FromPixels(new byte[width * height * 3], width, height)), "image/png");

    private static DataContent Picture(string name) => new(File.ReadAllBytes(OracleData.Image(name + ".png")), "image/png");

    private ChatMessage Asked(string name, DataContent? picture = null) => Question(oracle.Case(name).GetProperty("question").GetString()!, picture);
}
