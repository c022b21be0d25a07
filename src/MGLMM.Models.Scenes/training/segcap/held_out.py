"""Instructions that are never trained, in two sets; "presence" frames the question whether {x} is there."""

#: The patterns were widened when it was known which sentences of the first set failed. The second was written by somebody who had seen
#: neither the patterns nor the first set, and was not read before the embedded model was finished.
HELD_OUT = (
    {
        "segment_and_caption.panoptic": [
            "Tell me about all areas of the picture and mark each with a mask.",
            "Give an account of the full scene, with masks for it all.",
            "What makes up this picture, front to back? Use masks."],
        "segment_and_caption.instance": [
            "Caption the things you see and give their masks.",
            "Tell me about the objects, each with its own mask.",
            "Put the objects of the picture into words and masks."],
        "segment_and_caption.part": [
            "Tell me about the {object} part by part, with masks.",
            "Take the {object} to pieces and mask every piece.",
            "How is the {object} built? Give masks."],
        "segment_all": [
            "Name and mask all that is there.",
            "I need masks and labels for the entire image.",
            "Break the picture up into named regions."],
        "refer": [
            "Mark the {expression}, please.",
            "I am looking for the {expression}.",
            "Which one is the {expression}?",
            "Put a mask on the {expression}."],
        "reason_segment": [
            "{question} Mark it.",
            "{question} A mask, please.",
            "{question} Point to it with a mask."],
        "reason_segment.explain": [
            "{question} Mark it and say why.",
            "{question} Give me a mask and your reasons.",
            "{question} Show where, and for what reason."],
        "caption.brief": [
            "Sum up the picture in a few words.",
            "The picture in one line, please."],
        "caption.normal": [
            "What can you see in the picture?",
            "Say what is in the picture."],
        "caption.detailed": [
            "Tell me everything about the picture.",
            "Describe all that you see, sparing no details."],
        "region_caption": [
            "Say what this region shows.",
            "What have we got in this crop?"],
        "ask": ["{question}"],
        "presence": [
            "Do you find {x} here?",
            "Is {x} part of the picture?",
            "Did anyone draw {x} into this scene?"],
    },
    {
        "segment_and_caption.panoptic": [
            "Write a caption that covers the entire picture, both the things and the background, and give a mask for every region.",
            "Tell me everything this image shows, including the scenery behind the objects, and mark each part you mention with its mask.",
            "I want the whole scene described, objects as well as surroundings such as sky, floor or walls, with a segmentation mask attached to each one.",
            "Could you describe the full photo from foreground to background and outline every region as a mask?",
            "Explain what is in the complete scene, leaving out neither objects nor background, and segment each area as you name it."],
        "segment_and_caption.instance": [
            "Caption only the objects in this picture and add a mask for each of them.",
            "What objects are here? Answer in a sentence, ignore the background, and mask every object you mention.",
            "Please write about the individual objects in the photo, skipping the background, with one segmentation mask per object.",
            "Give me a description of just the objects you see, each one with its own mask.",
            "Talk about the separate things in this image but not the background, and segment every single one."],
        "segment_and_caption.part": [
            "Describe the parts of the {object} and give a mask for each part.",
            "What is the {object} made up of? Show me every part with its own mask.",
            "Break the {object} down into its parts and segment each one.",
            "Can you point out the different parts of the {object} in a sentence, with masks?",
            "I would like to see the {object} split into its components, each named and masked."],
        "segment_all": [
            "List everything in this picture by name, with a mask for each item.",
            "Segment the whole image and just give me the names next to the masks.",
            "Name all the things and background areas you can find here as a simple list, each with its mask.",
            "I need a list of labels and masks covering everything in the photo, no full sentences.",
            "Mask everything you see and label it, nothing more than a list."],
        "refer": [
            "Where is the {expression}? Show it with a mask.",
            "Can you segment the {expression} for me?",
            "I am looking for the {expression}, highlight that in the image with a mask.",
            "Give me the segmentation mask of the {expression}."],
        "reason_segment": [
            "{question} Show me the answer as a mask.",
            "Look at the picture and answer with a segmentation mask: {question}",
            "{question} Please segment it.",
            "I have a question about this image. {question} Mark the answer with a mask.",
            "{question} Highlight whatever fits by drawing its mask."],
        "reason_segment.explain": [
            "{question} Show me the answer as a mask and tell me why.",
            "Answer with a segmentation mask and give your reason: {question}",
            "{question} Please segment it, then explain how you decided.",
            "Here is my question: {question} Mask the answer and say what makes you think so.",
            "{question} I want the mask of the answer together with a short explanation."],
        "caption.brief": [
            "Sum up this picture in a few words.",
            "Give me a very short caption for the photo.",
            "What is this image about? Keep it to one short sentence.",
            "Quickly tell me what is shown here, as briefly as you can.",
            "I just need a tiny caption, nothing long."],
        "caption.normal": [
            "What do you see in this picture?",
            "Can you tell me what is going on in this photo?",
            "I would like a description of the scene shown here."],
        "caption.detailed": [
            "Describe this picture in as much detail as possible.",
            "Write a long and thorough description of the photo.",
            "Tell me all about this image and do not leave out the small details.",
            "I need a full paragraph or more that carefully explains what is shown here.",
            "Could you give a very detailed account of everything visible in the scene?"],
        "region_caption": [
            "Tell me what is inside the selected area of the picture.",
            "Can you write a caption for this part of the image only?",
            "I want to know what this region contains, describe it for me."],
        "ask": ["{question}"],
        "presence": [
            "Can you see {x} anywhere in the image?",
            "Does this photo show {x}?",
            "Tell me yes or no, does {x} appear here?",
            "I want to know if the image contains {x}, yes or no?",
            "Looking at the scene, is {x} visible?",
            "Would you say that {x} is present in this photo?"],
    },
)
