using MGLMM.Runtime.Text;
using Xunit;

namespace MGLMM.Runtime.Tests.Text;

public sealed class InstructionTemplatesTests
{
    private static readonly InstructionTemplates Templates = new(
        "tiny",
        new Dictionary<string, IReadOnlyList<string>>
        {
            ["refer"] = ["Can you segment {expression} in this image?", "Find {expression}."],
            ["segment_all"] = ["Describe it in parts."],
            ["ask"] = [],
        },
        ["[SEG]", "<special>"]);

    [Fact]
    public void Takes_the_preferred_template()
    {
        Assert.Equal("Describe it in parts.", Templates.Fill("segment_all"));
        Assert.Equal("Can you segment the red barn in this image?", Templates.Fill("refer", "the red barn"));
        Assert.True(Templates.Supports("refer"));
        Assert.False(Templates.Supports("ask"));
    }

    [Theory]
    [InlineData("  a \t\r\n b\0c ", "a b c")]
    [InlineData("a [SEG] b", "a b")]
    [InlineData("a[SEG]b", "a b")]
    [InlineData("<image>x", "x")]
    [InlineData("x<p>y</p></s><special>", "x y")]
    [InlineData("&lt;p&gt;x&lt;/p&gt;", "x")]
    [InlineData("&l<p>t;p>x", "&l t;p>x")]
    [InlineData("<<p>p>x", "< p>x")]
    [InlineData("[SE[SEG]G]", "[SE G]")]
    [InlineData("{question} {expression}", "{question} {expression}")]
    [InlineData("é 😀", "é 😀")]
    public void Neutralises_values(string value, string expected)
    {
        string instruction = Templates.Fill("refer", value);
        Assert.Equal($"Can you segment {expected} in this image?", instruction);

        // No id of the value is a special or added token, in the prompt that is made of it.
        string prompt = ConversationPrompt.Start(TextData.Template, instruction).Text;
        string question = prompt[ConversationPrompt.Opening(TextData.Template).Length..];
        Assert.DoesNotContain(TextData.Tokenizer.Encode(question, false), id => id is < 3 or >= 600);
    }

    [Fact]
    public void Reads_unpaired_surrogates_as_replacement_characters() =>
        Assert.Equal("Can you segment \uFFFD x in this image?", Templates.Fill("refer", "\uD83D x"));

    [Fact]
    public void Says_which_tasks_there_are()
    {
        NotSupportedException missing = Assert.Throws<NotSupportedException>(() => Templates.Fill("caption.brief"));
        Assert.Contains("'tiny' was not trained for 'caption.brief'. It knows: ask, refer, segment_all", missing.Message, StringComparison.Ordinal);
        Assert.Throws<NotSupportedException>(() => Templates.Fill("ask", "why?"));
    }

    [Fact]
    public void Refuses_values_that_are_missing_empty_too_long_or_not_asked_for()
    {
        Assert.Throws<ArgumentException>("value", () => Templates.Fill("refer"));
        Assert.Throws<ArgumentException>("value", () => Templates.Fill("refer", " <p>\n"));
        Assert.Throws<ArgumentException>("value", () => Templates.Fill("refer", new string('x', InstructionTemplates.MaximumValueLength + 1)));
        Assert.Throws<ArgumentException>("value", () => Templates.Fill("segment_all", "x"));
    }
}
