using System.Text;
using System.Text.Json;
using MGLMM.Runtime.Text;
using Xunit;

namespace MGLMM.Runtime.Tests.Text;

public sealed class AnswerParserTests
{
    [Theory]
    [InlineData("The image shows <p> a red barn </p> [SEG] beside <p> a pond </p> [SEG] .</s>", "The image shows a red barn beside a pond.", "a red barn[0] a pond[1]")]
    [InlineData("The pond is [SEG] and the sky is [SEG] .</s>", "The pond is and the sky is.", "@11[0] @26[1]")]
    [InlineData("<p> two cars </p> [SEG] [SEG] park", "two cars park", "two cars[0,1]")]
    [InlineData("<p> two cars </p> [SEG] and [SEG]", "two cars and", "two cars[0] @12[1]")]
    [InlineData("<p> the sky </p> is blue", "the sky is blue", "the sky[]")]
    [InlineData("[SEG] [SEG]", "", "@0[0] @0[1]")]
    [InlineData("<p> a barn [SEG] red </p> [SEG]", "a barn red", "a barn red[0,1]")]
    [InlineData("<p> a <p> b </p> c </p> [SEG]", "a b c", "a[] b[] @5[0]")]
    [InlineData("x </p> [SEG]", "x", "@1[0]")]
    [InlineData("cut <p> off here", "cut off here", "off here[]")]
    [InlineData("<p></p> [SEG] x <p> </p>", "x", "@0[0]")]
    [InlineData("beside <p>a pond</p>[SEG].", "beside a pond.", "a pond[0]")]
    [InlineData("Yes, [SEG] . It looks worn.</s>", "Yes,. It looks worn.", "@4[0]")]
    [InlineData("costs .5 or 3 , no ?", "costs .5 or 3, no?", "")]
    [InlineData("<s> a <unk> b <im_start> c <bbox></s></s>", "a b c", "")]
    [InlineData("a < b [x] <q>", "a < b [x] <q>", "")]
    [InlineData(" \t a \n\n b \u00a0 ", "a b", "")]
    [InlineData("a\0b\u202Ec\u001Bd\u00ADe\uFEFFf", "a b c d e f", "")]
    [InlineData("tag\U000E0041s", "tag s", "")]
    [InlineData("<\0p> x <\0/p>", "< p> x < /p>", "")]
    [InlineData("<<p>p> [S[SEG]EG ]", "< p> [S EG ]", "p> [S EG ][0]")]
    [InlineData("👩‍🚀 <p> 👍🏽 </p> [SEG]", "👩‍🚀 👍🏽", "👍🏽[0]")]
    [InlineData("", "", "")]
    public void Reads_answers(string answer, string caption, string phrases)
    {
        GroundedText text = GroundedText.Parse(answer);
        Assert.Equal(caption, text.Caption);
        Assert.Equal(phrases, string.Join(' ', text.Phrases.Select(Show)));
        AssertConsistent(text);

        static string Show(GroundedPhrase phrase) =>
            $"{phrase.Phrase ?? "@" + phrase.Start}[{string.Join(',', phrase.SegmentIndices)}]";
    }

    [Theory]
    [MemberData(nameof(TextData.CaseNames), MemberType = typeof(TextData))]
    public void Finds_the_golden_phrases_and_masks(string name)
    {
        JsonElement golden = TextData.Cases.GetProperty(name);
        GroundedText text = GroundedText.Parse(golden.Text("text_output"));
        Assert.Equal(golden.GetProperty("n_masks_shown_by_inference_py").GetInt32(), text.BySegment.Count);
        Assert.Equal(
            golden.GetProperty("phrases").EnumerateArray().Select(p => p.GetString()),
            text.Phrases.Where(p => p.Phrase is not null).Select(p => p.Phrase));
        Assert.Equal(
            golden.Text("cleaned_text").Replace(" .", ".", StringComparison.Ordinal).Replace(" ,", ",", StringComparison.Ordinal),
            text.Caption);
        AssertConsistent(text);
    }

    [Fact]
    public void Gives_each_mask_its_phrase()
    {
        GroundedText text = GroundedText.Parse("<p> a barn </p> [SEG] [SEG] and [SEG]");
        Assert.Equal(["a barn", "a barn", null], text.BySegment.Select(p => p.Phrase));
        Assert.Equal((0, 6), (text.BySegment[1].Start, text.BySegment[1].End));
        Assert.Equal((10, 10), (text.BySegment[2].Start, text.BySegment[2].End));
    }

    [Fact]
    public void Drops_spelled_out_segments_beyond_the_masks()
    {
        GroundedText text = GroundedText.Parse("<p> a </p> [SEG] b [SEG]", segmentCount: 1);
        Assert.Equal("a b", text.Caption);
        Assert.Single(text.BySegment);
    }

    [Fact]
    public void Reads_unpaired_surrogates_as_replacement_characters() =>
        Assert.Equal("\uFFFD x \uFFFD", GroundedText.Parse("\uD83D x \uDE00").Caption);

    [Fact]
    public void Makes_sense_of_any_soup_of_tokens()
    {
        string[] soup =
        [
            "<p>", "</p>", "[SEG]", "</s>", "<s>", "<unk>", "<image>", "<", ">", "[", "]", "p>", "<p", "SEG]", "[SEG", " ", "  ", "\n",
            "\0", "\u202e", "\u200d", "word", "a", ".", ",", "!", ")", "5", "é", "😀", "\uD83D", "\uDE00", "\uFFFD", "'", "ASSISTANT:",
        ];
        for (int seed = 0; seed < 5000; seed++)
        {
            Random random = new(seed);
            StringBuilder answer = new();
            for (int i = random.Next(25); i > 0; i--)
            {
                answer.Append(soup[random.Next(random.Next(2) == 0 ? 3 : soup.Length)]);
                answer.Append(random.Next(3) == 0 ? " " : "");
            }

            string input = answer.ToString();
            GroundedText text = GroundedText.Parse(input);
            AssertConsistent(text);
            Assert.Equal(input.Split("[SEG]").Length - 1, text.BySegment.Count);
            _ = OfficialCleanText.Clean(input);
            _ = OfficialCleanText.Phrases(input);
        }
    }

    [Theory]
    [InlineData("<p>")]
    [InlineData("<p> a </p> [SEG] ")]
    [InlineData("[SEG]")]
    [InlineData("</p>")]
    [InlineData("<")]
    [InlineData(" ")]
    public void Reads_a_long_answer_in_one_pass(string part)
    {
        GroundedText text = GroundedText.Parse(string.Concat(Enumerable.Repeat(part, 200_000)));
        Assert.Equal(part.Contains("[SEG]", StringComparison.Ordinal) ? 200_000 : 0, text.BySegment.Count);
    }

    private static void AssertConsistent(GroundedText text)
    {
        int from = 0;
        foreach (GroundedPhrase phrase in text.Phrases)
        {
            Assert.InRange(phrase.Start, from, text.Caption.Length);
            Assert.InRange(phrase.End, phrase.Start, text.Caption.Length);
            from = phrase.End;
            if (phrase.Phrase is null)
            {
                Assert.Equal(phrase.Start, phrase.End);
                Assert.NotEmpty(phrase.SegmentIndices);
            }
            else
            {
                Assert.NotEmpty(phrase.Phrase);
                Assert.Equal(phrase.Phrase, text.Caption[phrase.Start..phrase.End]);
            }
        }

        Assert.Equal(Enumerable.Range(0, text.BySegment.Count), text.Phrases.SelectMany(p => p.SegmentIndices).Order());
        for (int i = 0; i < text.BySegment.Count; i++)
        {
            Assert.Contains(i, text.BySegment[i].SegmentIndices);
        }

        Assert.Equal(text.Caption.Trim(), text.Caption);
        Assert.DoesNotContain("  ", text.Caption, StringComparison.Ordinal);
        Assert.DoesNotContain("[SEG]", text.Caption, StringComparison.Ordinal);
        Assert.DoesNotContain("<p>", text.Caption, StringComparison.Ordinal);
        Assert.DoesNotContain("</p>", text.Caption, StringComparison.Ordinal);
        Assert.DoesNotContain("</s>", text.Caption, StringComparison.Ordinal);
        Assert.DoesNotContain(text.Caption, char.IsControl);
        Assert.Equal(text.Caption, Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text.Caption)));
    }
}
