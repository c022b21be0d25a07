using System.Text.Json;
using MGLMM.SemanticKernel.Chat;
using MGLMM.SemanticKernel.Tests.Conversations;
using MGLMM.SemanticKernel.Tests.Loopback;
using MGLMM.Vision;
using Microsoft.SemanticKernel;
using Microsoft.SemanticKernel.ChatCompletion;
using SkiaSharp;
using static MGLMM.SemanticKernel.Tests.Loopback.ChatReply;

namespace MGLMM.SemanticKernel.Tests.Chat;

/// <summary>Rendered pictures follow the results as a user's message; the endpoint refuses them anywhere else.</summary>
public sealed class RenderedPictureFilterTests(OracleTools oracle)
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_model_sees_what_it_rendered_with_its_next_step(bool stream)
    {
        VisionToolset toolset = oracle.NewToolset();
        await using Agent agent = new(toolset, Script, new VisionChatHistory("You look at pictures."));
        agent.Kernel.AutoFunctionInvocationFilters.Add(new RenderedPictureFilter(toolset.Workspace));
        Assert.Equal("Seen.", await agent.AskAsync("Show me.", stream, takesImages: false, ("farm.png", Picture)));

        IEnumerable<ChatReply> Script(ScriptedChat model)
        {
            string image = model.Request.AttachedHandle("farm.png");
            yield return Call("segment_and_caption", new { image });
            string set = model.Result.Text("set");
            Assert.Empty(model.Request.Messages.SelectMany(ChatRequest.Pictures));

            // Two at once: the picture comes behind both results.
            yield return CallAll(new ChatCall("render_image", new { image, regions = set }), new ChatCall("get_regions", new { set }));
            Assert.Equal(2, model.Request.LastResults.Count);
            JsonElement last = model.Request.Messages[^1];
            Assert.Equal("user", ChatRequest.Role(last));
            Assert.Equal("This is a1, the overlay of img1 that render_image made.", Assert.Single(ChatRequest.Texts(last)));
            Assert.True(toolset.Workspace.TryGetArtifact("a1", out VisionArtifact? artifact));
            Assert.Equal($"data:image/png;base64,{Convert.ToBase64String(artifact.Content.Span)}", Assert.Single(ChatRequest.Pictures(last)));
            yield return Call("export_regions", new { set, format = "mask_png" });
            Assert.Single(model.Request.Messages.SelectMany(ChatRequest.Pictures));
            yield return Say("Seen.");
        }
    }

    [Fact]
    public async Task With_a_plain_history_it_comes_one_step_later()
    {
        VisionToolset toolset = oracle.NewToolset();
        await using Agent agent = new(toolset, Script);
        agent.Kernel.AutoFunctionInvocationFilters.Add(new RenderedPictureFilter(toolset.Workspace));
        Assert.Equal("Seen.", await agent.AskAsync("Show me.", stream: false, takesImages: false, ("farm.png", Picture)));

        static IEnumerable<ChatReply> Script(ScriptedChat model)
        {
            string image = model.Request.AttachedHandle("farm.png");
            yield return Call("segment_and_caption", new { image });
            yield return Call("render_image", new { image });
            Assert.Empty(model.Request.Messages.SelectMany(ChatRequest.Pictures));
            yield return Call("get_regions", new { set = image });
            Assert.Single(model.Request.Messages.SelectMany(ChatRequest.Pictures));
            Assert.Equal("user", ChatRequest.Role(model.Request.Messages[^3]));
            yield return Say("Seen.");
        }
    }

    [Fact]
    public async Task A_model_without_eyes_is_shown_nothing()
    {
        VisionToolset toolset = oracle.NewToolset();
        await using Agent agent = new(toolset, Script, new VisionChatHistory());
        agent.Kernel.AutoFunctionInvocationFilters.Add(new RenderedPictureFilter(toolset.Workspace, new RenderedPictureOptions { ModelTakesImages = false }));
        await agent.AskAsync("Show me.", stream: false, takesImages: false, ("farm.png", Picture));
        Assert.Empty(agent.Requests[^1].Messages.SelectMany(ChatRequest.Pictures));
        Assert.DoesNotContain("image_url", agent.Requests[^1].Body);

        static IEnumerable<ChatReply> Script(ScriptedChat model)
        {
            string image = model.Request.AttachedHandle("farm.png");
            yield return Call("segment_and_caption", new { image });
            yield return Call("render_image", new { image });
            yield return Say("Done.");
        }
    }

    [Fact]
    public async Task Pictures_are_bounded_in_number_and_size()
    {
        VisionToolset toolset = oracle.NewToolset();
        await using Agent agent = new(toolset, Script, new VisionChatHistory());
        agent.Kernel.AutoFunctionInvocationFilters.Add(
            new RenderedPictureFilter(toolset.Workspace, new RenderedPictureOptions { MaximumPictures = 2, MaximumSidePx = 48 }));
        await agent.AskAsync("Show me.", stream: false, takesImages: true, ("farm.png", Picture));
        string[] pictures = agent.Requests[^1].Messages.SelectMany(ChatRequest.Pictures).ToArray();

        // The user's own, and the last two.
        Assert.Equal(3, pictures.Length);
        foreach (string? picture in pictures[1..])
        {
            using SKBitmap bitmap = SKBitmap.Decode(Convert.FromBase64String(picture[(picture.IndexOf(',') + 1)..]));
            Assert.Equal((48, 30), (bitmap.Width, bitmap.Height));
        }

        static IEnumerable<ChatReply> Script(ScriptedChat model)
        {
            string image = model.Request.AttachedHandle("farm.png");
            yield return Call("segment_and_caption", new { image });
            foreach (string? style in new[] { "overlay", "outline", "numbered", "blur_others" })
            {
                yield return Call("render_image", new { image, style });
            }

            yield return Say("Done.");
        }
    }

    [Fact]
    public async Task A_picture_of_too_many_bytes_is_told_in_words()
    {
        VisionToolset toolset = oracle.NewToolset();
        await using Agent agent = new(toolset, Script, new VisionChatHistory());
        agent.Kernel.AutoFunctionInvocationFilters.Add(new RenderedPictureFilter(toolset.Workspace, new RenderedPictureOptions { MaximumBytes = 100 }));
        await agent.AskAsync("Show me.", stream: false, takesImages: false, ("farm.png", Picture));
        Assert.Empty(agent.Requests[^1].Messages.SelectMany(ChatRequest.Pictures));
        Assert.Contains("too large to be shown here", agent.Requests[^1].UserWords);

        static IEnumerable<ChatReply> Script(ScriptedChat model)
        {
            string image = model.Request.AttachedHandle("farm.png");
            yield return Call("segment_and_caption", new { image });
            yield return Call("render_image", new { image });
            yield return Say("Done.");
        }
    }

    [Fact]
    public void A_message_follows_only_when_every_call_has_its_result()
    {
        VisionChatHistory history = new();
        ChatMessageContent picture = new(AuthorRole.User, "picture");
        history.Add(new ChatMessageContent { Role = AuthorRole.Assistant, Items = [new FunctionCallContent("f", "p", "1"), new FunctionCallContent("g", "p", "2")] });
        history.AddAfterResults(picture);
        Assert.Single(history);
        history.Add(new FunctionResultContent("f", "p", "1", "one").ToChatMessage());
        Assert.Equal(2, history.Count);
        history.Add(new FunctionResultContent("g", "p", "2", "two").ToChatMessage());
        Assert.Same(picture, history[3]);
        history.AddAfterResults(picture);
        Assert.Equal(5, history.Count);
    }

    private static string Picture => OracleData.Image("landscape_97x61.png");
}
