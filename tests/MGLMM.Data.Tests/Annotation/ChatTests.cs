using System.Runtime.CompilerServices;
using MGLMM.Data.Annotation;
using MGLMM.Data.Annotation.Proposals;
using MGLMM.Data.Annotation.Captions;
using MGLMM.Data.Annotation.Steps;
using Microsoft.Extensions.AI;

namespace MGLMM.Data.Tests.Annotation;

/// <summary>A chat model names regions and writes captions; what it writes amiss is refused.</summary>
public sealed class ChatTests
{
    private static readonly AnnotationScene Scene = new("a.png", PaintedModel.Picture());

    [Fact]
    public async Task A_chat_model_names_and_captions_and_sees_the_tinted_region()
    {
        ScriptedChat chat = new(message => message.Contains("tinted", StringComparison.Ordinal)
            ? "```json\n{\"name\": \"a shiny red car\", \"caption\": \"It is a red car. It stands on grass.\"}\n```"
            : "{\"caption\": \"" + string.Join(" ", System.Text.RegularExpressions.Regex.Matches(message, @"- (r\d+):").Select(match => $"<{match.Groups[1].Value}>a shiny car</{match.Groups[1].Value}>")) + " all around.\"}");
        AnnotationPipeline pipeline = new(AnnotationSteps.Default(new PaintedModel(), new AnnotationStepOptions { Chat = chat, ChatName = "gpt", Checked = false }));
        PictureAnnotation made = (await pipeline.AnnotateAsync(Scene))[^1].Annotation;
        Assert.All(made.Regions, region => Assert.Equal(("a shiny red car", "It is a red car. It stands on grass.", "gpt"), (region.Phrase, region.Caption, region.CaptionAuthor)));
        Assert.All(made.Captions, caption => Assert.Equal("gpt", caption.Author));
        Assert.Contains(chat.Messages, message => message.Contents.OfType<DataContent>().Any(content => content.MediaType == "image/png" && content.Data.Length > 100));
        Assert.Contains(chat.Messages, message => message.Text.Contains("Its box is [0.104, 0.531, 0.271, 0.281]", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_caption_that_leaves_a_child_out_is_refused_once_with_the_reason_and_then_left_to_rules()
    {
        ScriptedChat chat = new(_ => "{\"caption\": \"<r1>a sky</r1> only\"}");
        AnnotationPipeline pipeline = new([new ProposalStep([ModelProposer.Panoptic(new PaintedModel())]), new TreeStep(), new CaptionStep(new ChatComposer(chat, "gpt"), new TemplateComposer())]);
        AnnotationStepResult result = (await pipeline.AnnotateAsync(Scene))[^1];
        Assert.Equal(2, chat.Calls);
        Assert.Contains(chat.Messages, message => message.Text.Contains("it does not name r2", StringComparison.Ordinal));
        Assert.Equal("template", Assert.Single(result.Annotation.Captions).Author);
        Assert.Equal("'gpt' gave no usable caption", Assert.Single(result.Notes).Reason);
    }

    [Theory]
    [InlineData("no JSON at all")]
    [InlineData("{\"name\": \"\", \"caption\": \"Something.\"}")]
    [InlineData("{\"name\": \"a car\", \"caption\": \"One. Two. Three. Four.\"}")]
    [InlineData("{\"name\": \"a <b>car</b>\", \"caption\": \"One.\"}")]
    [InlineData("{\"name\": \"a very long name that is no name at all but a story\", \"caption\": \"One.\"}")]
    public async Task A_reply_that_is_no_name_names_nothing(string reply)
    {
        PictureAnnotation annotation = (await new ProposalStep([ModelProposer.Panoptic(new PaintedModel())]).RunAsync(Scene, new PictureAnnotation { Width = 96, Height = 64 })).Annotation;
        Assert.Null(await new ChatNamer(new ScriptedChat(_ => reply), "gpt").NameAsync(Scene, annotation, annotation.Regions[0]));
    }

    private sealed class ScriptedChat(Func<string, string> reply) : IChatClient
    {
        public List<ChatMessage> Messages { get; } = [];

        public int Calls { get; private set; }

        public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
        {
            Calls++;
            ChatMessage[] all = [.. messages];
            Messages.AddRange(all);
            return Task.FromResult(new ChatResponse(new ChatMessage(ChatRole.Assistant, reply(all[0].Text))));
        }

        public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            await Task.CompletedTask;
            yield break;
        }

        public object? GetService(Type serviceType, object? serviceKey = null) => null;

        public void Dispose()
        {
        }
    }
}
