using System.Text.Json;
using MGLMM.Runtime.Text;
using Xunit;

namespace MGLMM.Runtime.Tests.Text;

public sealed class OfficialTextTests
{
    [Theory]
    [MemberData(nameof(TextData.CaseNames), MemberType = typeof(TextData))]
    public void Says_what_the_official_inference_prints(string name)
    {
        JsonElement golden = TextData.Cases.GetProperty(name);
        int[] ids = [.. golden.Ints("input_ids"), .. golden.Ints("generated_ids")];
        Assert.Equal(golden.Text("text_output"), OfficialText.OfTurn(TextData.Tokenizer, TextData.Template, ids));
    }

    [Fact]
    public void Removes_newlines_and_every_other_space()
    {
        int[] ids = TextData.Tokenizer.Encode("USER: q ASSISTANT: a\nb    c   d", addBeginOfSequence: true);
        Assert.Equal("ab  c  d", OfficialText.OfTurn(TextData.Tokenizer, TextData.Template, ids));
    }

    [Fact]
    public void Cuts_in_the_wrong_place_like_the_official_code_when_the_answer_begins_without_a_space()
    {
        GroundingTokenizer tokenizer = TextData.Tokenizer;
        int[] ids = [.. tokenizer.Encode("ASSISTANT: old USER: q ASSISTANT:", true), 549];
        Assert.Equal("a", tokenizer.Pieces[549]);
        Assert.Equal("old USER: q ASSISTANT:a", OfficialText.OfTurn(tokenizer, TextData.Template, ids));
    }

    [Theory]
    [MemberData(nameof(TextData.CaseNames), MemberType = typeof(TextData))]
    public void Cleans_as_the_official_evaluation(string name)
    {
        JsonElement golden = TextData.Cases.GetProperty(name);
        string text = golden.Text("text_output");
        Assert.Equal(golden.Text("cleaned_text"), OfficialCleanText.Clean(text));
        Assert.Equal(golden.GetProperty("phrases").EnumerateArray().Select(p => p.GetString()), OfficialCleanText.Phrases(text));
    }

    [Fact]
    public void Cleans_odd_texts_as_Python()
    {
        foreach (JsonElement vector in TextData.Vectors.GetProperty("clean").EnumerateArray())
        {
            string text = vector.Text("text");
            Assert.Equal(vector.Text("cleaned"), OfficialCleanText.Clean(text));
            Assert.Equal(vector.GetProperty("phrases").EnumerateArray().Select(p => p.GetString()), OfficialCleanText.Phrases(text));
        }
    }

    [Theory]
    [InlineData("<")]
    [InlineData("<p>")]
    [InlineData("<p>\n")]
    [InlineData("<\n")]
    [InlineData("<p></p>\n<p>")]
    public void Cleans_a_long_text_in_one_pass(string part)
    {
        string text = string.Concat(Enumerable.Repeat(part, 300_000));
        Assert.True(OfficialCleanText.Clean(text).Length <= text.Length);
        Assert.True(OfficialCleanText.Phrases(text + "</p>").Count <= 300_001);
    }
}
