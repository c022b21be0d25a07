using MGLMM.Planning;
using MGLMM.Vision;
using MGLMM.Vision.Results;
using Microsoft.Extensions.AI;

namespace MGLMM.Samples.VisionAgent.Tests.Planning;

/// <summary>What the planner reads out of a chat: which picture a request is about, and which words are the request.</summary>
public sealed class RecollectionTests
{
    private const string TwoOpen = "- img1: a.png, 640 x 480 px\n- img2: img1.png, 64 x 48 px\n";

    [Theory]
    [InlineData("Outline the tree", "- img1: img001.jpg, 640 x 480 px", "img1")]
    [InlineData("Outline the tree", TwoOpen, "img2")]
    [InlineData("Outline the tree", TwoOpen + "The picture that requests are about: img1", "img1")]
    [InlineData("Outline the tree in img2", TwoOpen + "The picture that requests are about: img1", "img2")]
    [InlineData("Is it as in img2.png, or in pictures/img2?", TwoOpen + "The picture that requests are about: img1", "img1")]
    [InlineData("Outline the tree", "The picture is img3.", "img3")]
    [InlineData("Outline the tree", "Be brief.", null)]
    [InlineData("Outline the tree", "Be brief.\nUse img1.", "img1")]
    [InlineData("Outline the tree", "Use img1.jpg, or img001.jpg.", null)]
    [InlineData("Outline the tree", "Pictures are called img1, regions m7.", null)]
    [InlineData("Outline the tree", "Use img1.\n" + TwoOpen, "img2")]
    public void The_picture_is_the_one_that_the_request_names_else_the_hosts(string request, string system, string? image) =>
        Assert.Equal(image, Recollection.Of([new(ChatRole.System, system), new(ChatRole.User, request)]).Image);

    [Theory]
    [InlineData("What is in img9?", true, "img1")]
    [InlineData("What is in img9?", false, "img2")]
    [InlineData("What is in img1?", false, "img1")]
    public void A_handle_that_was_named_once_does_not_outlast_the_hosts_word(string earlier, bool isMarked, string image) =>
        Assert.Equal(image, Recollection.Of(
            [
                new(ChatRole.System, TwoOpen + (isMarked ? PictureSentences.About("img1") : string.Empty)), new(ChatRole.User, earlier),
                new(ChatRole.Assistant, "No such picture is open: img9."), new(ChatRole.User, "Outline the tree"),
            ]).Image);

    /// <summary>A chat without a briefing: only its user says which picture is meant.</summary>
    [Theory]
    [InlineData("Find the house in img1.", "img1")]
    [InlineData("Find the house in img1, then in img12.", "img12")]
    [InlineData("Find the house in img001.jpg.", null)]
    [InlineData("Find the house in img1.jpg and pictures/img2.", null)]
    [InlineData("Find the house.", null)]
    public void Where_no_host_tells_what_is_open_the_picture_is_the_one_named_before(string earlier, string? image)
    {
        ChatMessage[] chat = [new(ChatRole.User, earlier), new(ChatRole.Assistant, "Here."), new(ChatRole.User, "Outline it.")];
        Assert.Equal(image, Recollection.Of(chat).Image);
        Assert.Equal(image ?? "img3", Recollection.Of([new(ChatRole.System, "Use img3."), .. chat]).Image);
    }

    [Fact]
    public void The_prompt_itself_opens_no_picture()
    {
        VisionBriefing none = new("none is open yet; open_image opens one", "A model.");
        Assert.Null(Recollection.Of([new(ChatRole.System, PlannerPrompt.Of(none)), new(ChatRole.User, "Outline the tree")]).Image);
        VisionBriefing two = new(TwoOpen.TrimEnd(), "A model.");
        Recollection of = Recollection.Of([new(ChatRole.System, PlannerPrompt.Of(two, "img2")), new(ChatRole.User, "Outline the tree")]);
        Assert.Equal(("img2", (64, 48)), (of.Image, of.Size!.Value));
    }

    [Fact]
    public async Task Instructions_beside_the_messages_tell_the_picture_too()
    {
        using OfflinePlanner planner = new();
        ChatOptions options = new() { Instructions = PlannerPrompt.Of(new VisionBriefing("- img4: a.png, 640 x 480 px", "A model.")) };
        ChatResponse response = await planner.GetResponseAsync([new(ChatRole.User, "Where is the house?")], options, TestContext.Current.CancellationToken);
        Assert.Equal("img4", response.Messages.SelectMany(message => message.Contents).OfType<FunctionCallContent>().Single().Arguments!["image"]);
    }

    public static TheoryData<string> Sentences =>
    [
        PictureSentences.Opened("img9.png", new OpenedImageResult { Image = "img2", Name = "img9.png", WidthPx = 64, HeightPx = 48, Format = "png" }),
        PictureSentences.Opened("a.png", new OpenedImageResult { Image = "img2", Name = "a.png", WidthPx = 64, HeightPx = 48, Format = "png" }) + "\n" + PictureSentences.NotOpened("b.png", "it is empty. Send another."),
        "Open already, to be used by these handles:\n- img1: b.png, 9 x 9 px; known: s1 (m1 the tree)\n- img2: a.png, 64 x 48 px",
    ];

    /// <summary>What hosts tell of pictures stands in the message of the request, or behind it as a message of the user.</summary>
    [Theory]
    [MemberData(nameof(Sentences))]
    public void A_picture_that_is_told_of_is_no_request(string told)
    {
        Recollection within = Recollection.Of([new(ChatRole.User, "Find the house."), new(ChatRole.Assistant, "Here."), new(ChatRole.User, [new TextContent("Outline it."), new TextContent(told)])]);
        Recollection behind = Recollection.Of([new(ChatRole.User, "Find the house."), new(ChatRole.Assistant, "Here."), new(ChatRole.User, "Outline it."), new(ChatRole.User, told)]);
        Assert.All([within, behind], read => Assert.Equal(("Outline it.", "Find the house.", "img2", (64, 48)), (read.Request, read.Earlier.Single(), read.Image, read.Size!.Value)));

        // A picture alone asks for nothing, and nothing is done once more.
        Recollection alone = Recollection.Of([new(ChatRole.User, "Find the house."), new(ChatRole.Assistant, "Here."), new(ChatRole.User, told)]);
        Assert.Equal((string.Empty, "Find the house."), (alone.Request, alone.Earlier.Single()));
    }

    [Theory]
    [InlineData("Handles that were told before this mean nothing any more: what they stood for is no longer kept.")]
    [InlineData("Handles of regions, sets and files that were told before this mean nothing any more: what they stood for is no longer kept.")]
    [InlineData("This is a1, the overlay of img1 that render_image made.")]
    [InlineData("a1, the blur_others of img1 that render_image made, is too large to be shown here; the user has it.")]
    public void What_a_host_tells_behind_the_request_is_no_request(string shown)
    {
        Recollection read = Recollection.Of(
            [
                new(ChatRole.System, "- img1: a.png, 64 x 48 px"), new(ChatRole.User, "Outline the house and the tree."),
                new(ChatRole.Assistant, [new FunctionCallContent("c1", "render_image")]), new(ChatRole.Tool, [new FunctionResultContent("c1", "{}")]), new(ChatRole.User, shown),
            ]);
        Assert.Equal(("Outline the house and the tree.", 1), (read.Request, read.Answers.Count));
    }
}
