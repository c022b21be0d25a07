using System.Text.Json;
using MGLMM.Runtime.Bundles;
using MGLMM.Runtime.Text;
using Xunit;

namespace MGLMM.Runtime.Tests.Text;

public sealed class ConversationPromptTests
{
    [Theory]
    [MemberData(nameof(TextData.CaseNames), MemberType = typeof(TextData))]
    public void Builds_the_golden_prompts(string name)
    {
        JsonElement golden = TextData.Cases.GetProperty(name);
        string question = golden.Text("question");
        ConversationPrompt prompt;
        if (golden.GetProperty("follow_up").GetBoolean())
        {
            JsonElement first = TextData.Cases.GetProperty(name.Replace("followup", "gcg", StringComparison.Ordinal));
            prompt = ConversationPrompt.Start(TextData.Template, first.Text("question")).FollowUp(first.Text("text_output"), question);
        }
        else
        {
            prompt = ConversationPrompt.Start(TextData.Template, question);
        }

        Assert.Equal(golden.Text("prompt"), prompt.Text);
        Assert.StartsWith(ConversationPrompt.Opening(TextData.Template), prompt.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Closes_a_finished_answer_twice_and_an_unfinished_one_once()
    {
        ConversationPrompt first = ConversationPrompt.Start(TextData.Template, "q");
        Assert.EndsWith("ASSISTANT: It is.</s></s>USER: r ASSISTANT:", first.FollowUp("It is.</s>", "r").Text, StringComparison.Ordinal);
        Assert.EndsWith("ASSISTANT: It is</s>USER: r ASSISTANT:", first.FollowUp("It is", "r").Text, StringComparison.Ordinal);
        Assert.EndsWith("ASSISTANT:USER: r ASSISTANT:", first.FollowUp("", "r").Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Several_turns_at_once_are_the_same_turns_one_by_one()
    {
        ConversationPrompt first = ConversationPrompt.Start(TextData.Template, "q");
        Assert.Equal(
            first.FollowUp("It is.</s>", "r").FollowUp("", "").FollowUp("<image>", "&lt;p&gt;").Text,
            first.FollowUp([("It is.</s>", "r"), ("", ""), ("<image>", "&lt;p&gt;")]).Text);
        Assert.Equal(first.Text, first.FollowUp([]).Text);
    }

    [Fact]
    public void Starts_with_the_role_without_a_system_text() =>
        Assert.StartsWith(
            "USER: The <im_start>", ConversationPrompt.Start(TextData.Template with { System = "" }, "q").Text, StringComparison.Ordinal);

    [Fact]
    public void Reads_escaped_brackets_and_keeps_typed_markup()
    {
        string prompt = ConversationPrompt.Start(TextData.Template, "is &lt;p&gt;it&lt;/p&gt; [SEG]").Text;
        Assert.EndsWith("\nis <p>it</p> [SEG] ASSISTANT:", prompt, StringComparison.Ordinal);
    }

    /// <summary>LISA's chat.py takes the question to the letter.</summary>
    [Fact]
    public void Takes_entities_to_the_letter_where_the_template_says_so()
    {
        ConversationTemplate lisa = TextData.Template with { UnescapeEntities = false };
        ConversationPrompt prompt = ConversationPrompt.Start(lisa, "is &lt;p&gt; it &lt;image&gt;");
        Assert.EndsWith("\nis &lt;p&gt; it &lt;image&gt; ASSISTANT:", prompt.Text, StringComparison.Ordinal);
        Assert.EndsWith("USER: &lt;/s&gt; ASSISTANT:", prompt.FollowUp("a</s>", "&lt;/s&gt;").Text, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>("question", () => ConversationPrompt.Start(lisa, "what is <image>?"));
    }

    [Theory]
    [InlineData("what is <image>?")]
    [InlineData("what is &lt;image&gt;?")]
    [InlineData("what is &lt;image>?")]
    public void Refuses_a_typed_image(string question)
    {
        Assert.Throws<ArgumentException>("question", () => ConversationPrompt.Start(TextData.Template, question));
        ConversationPrompt prompt = ConversationPrompt.Start(TextData.Template, "q");
        Assert.Throws<ArgumentException>("question", () => prompt.FollowUp("a</s>", question));
    }

    [Fact]
    public void Keeps_one_image_whatever_the_model_said()
    {
        string prompt = ConversationPrompt.Start(TextData.Template, "q").FollowUp("It says <image> there.</s>", "r").Text;
        Assert.Single(TextData.Tokenizer.EncodePrompt(prompt), id => id == GroundingTokenizer.ImagePlaceholder);
    }
}
